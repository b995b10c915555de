"""The trees of dialect_trees.py: files by name, and the values that are tried in one place each."""

ON = "[DEFAULT]\nenabled = true\n"
FILTER = """[DEFAULT]
q = d
[Definition]
failregex = ^<x>-<X>-<y>-<mode> <HOST>-%(maxretry)s-<maxretry>-<logtype>-<lt_<logtype>/z>-<q>-<Q>-<name>$
   %(q)s
maxretry = 5
mode = m<x>
[Init]
x = 1
y = <x>
[lt_file]
z = zf
[lt_journal]
z=zj
"""
ACTION = "[Definition]\nactionban = b <ip> <name> <port> <chain>\n[Init]\nchain = in\nport = 1\n"
OTHER_SECTIONS = """[k]
b = 2
b c = 4
b/c = 7
[k-2]
b=3
[k_2]
b=5
[k.2]
b=6
[é]
b=8
"""

# What may stand behind `bantime =`.
INSERTIONS = [
    '%%',
    '%%%%',
    '%',
    'a%',
    '%(',
    '%(a',
    '%(a)',
    '%(a)d',
    '%(A)s',
    '%(a b)s',
    '%( a)s',
    '%(a )s',
    '%()s',
    '%(a)s%(a)s',
    '%%(a)s',
    '%%%(a)s',
    '%(default/a)s',
    '%(DEFAULT/a)s',
    '%(Default/A)s',
    '%(k/b)s',
    '%(K/b)s',
    '%(nope/b)s',
    '%(k/nope)s',
    '%(known/a)s',
    '%(known/bantime)s',
    '%(k/known/b)s',
    '%(known/known/a)s',
    '%(k/default/a)s',
    '%(__name__)s',
    '%(k/__name__)s',
    '%(fail2ban_version)s',
    '%(fail2ban_confpath)s',
    '%(KNOWN/a)s',
    '%(k-2/b)s',
    '%(k_2/b)s',
    '%(k.2/b)s',
    '%(é/b)s',
    '%(k/a)s',
    '%(\na)s',
    '%(a)s\n',
    '%(k/b c)s',
    '%(k/b/c)s',
    '%(/a)s',
    '%(k/)s',
]

# Behind `action =`.
ACTIONS = [
    'a[port="1,2"]',
    'a[port=\'1,2\', chain="x y"]',
    'a[port=1,2]',
    'a[port="a\'b"]',
    'a[port=\'a"b\']',
    'a[port="a\nb"]',
    'a[port=1\n  ,chain=2\n]',
    'a[port=a[b]]',
    'a[port=a]b]',
    'a[port=]',
    'a[port=""]',
    'a[port]',
    'a[=1]',
    'a[ port = 1 ]',
    'a[port =1]',
    'a[port= 1 2 ]',
    'a[port=1;chain=2]',
    'a[,]',
    'a[,port=1]',
    'a[port=1,,chain=2]',
    'a[port=1,]',
    'a[]',
    'a []',
    'a [port=1]',
    'a[port=1] [chain=2]',
    'a[port=1][chain=2]',
    'a[port=1]\n[chain=2]',
    'a[port=1]a',
    'a[port=1],a[actname=z]',
    'a,a',
    'a a[actname=b]',
    'a\ta[name=q]',
    'a[name=jx]',
    'a[name=j-x]',
    'a[name=xj]',
    'a[name=""]',
    'a[actname=]',
    'a[port="1" chain=2]',
    'a[port="1"x]',
    'a[Port=1,PORT=2]',
    'a[po-rt=1,po.rt=2,po_rt=3]',
    'a[port=%%]',
    'a[port=<chain>]',
    'a[port=<port>]',
    'a[name=<port>]',
    'a[port="<a b>"]',
    'a[\n port=1\n]',
    'a\n[port=1]',
    'a[port=1\n chain=2]',
    'A',
    './a',
    'a.conf',
    'a.local',
    'a.py',
    'p.py[a=1,b=\'é"\\\',c="x\ny"]',
    'p.py[actname=zz,name=y]',
    'p.py',
    'p.py[a="\x1f\x7f\x80"]',
    'x/p.py',
    'a[port=1',
    'a]',
    '[a]',
    "a[port='1]",
    'a[port="1]',
    "a[port=1']",
    "a['port'=1]",
    'a[port==1]',
    'a[port=1=2]',
    'a[é=1]',
    'a[a b=1]',
    'a[port=1 , chain = 2 ]',
    'a[port=\\,chain=2]',
    'a[port="a\\"b"]',
    'a[port=\xa01\u2003]',
    'a[port=#1 ;x]',
    'a[actionban=x,actionfoo=y]',
    'a[known/chain=5]',
    'a[port?x=1]',
    'a[port?x=y=1]',
    'a[norestored=1,actionstart_on_demand=yes]',
    'a[timeout=5,bantime=7,matches=<chain>]',
    'a a',
    'a[actname=q] a[actname=q]',
    'a[name=j] a',
    '\n\n a\n\n  a[name=z]\n',
    'a;b',
    'a ;b',
    '<x>',
    '%(x)s',
    '/nowhere/a',
    '../action.d/a',
    'a/',
    'a[port=1]]',
    'a[[port=1]]',
]

# Behind `filter =`.
FILTERS = [
    'f[x=1]',
    'f[failregex=q]',
    "f[failregex='q\n  r']",
    'f[x=<HOST>]',
    'f[date=1]',
    'f[datepattern=1]',
    'f[e=1]',
    'f[pattern=1,maxlines=4]',
    'f[maxlines=x]',
    'f[maxlines=]',
    'f[usedns=raw]',
    'f[logtype=journal]',
    'f[logtype=]',
    'f[mode=<x>]',
    'f[X=9]',
    'f[name=7]',
    "f[journalmatch='a b']",
    'f[journalmatch="\'"]',
    'f[prefregex=p]',
    'f[ignoreregex=i]',
    'f [x=1]',
    'f,g',
    'f g',
    'f\n',
    'f[x=1]\n',
    'f[x=1]x',
    '',
    'f[',
    'f]',
    'f[x=%(bantime)s]',
    'F',
    'f[maxretry=8]',
    'f[known/x=4]',
    'f[x=\'a b\',y="c, d"]',
]

SETTINGS = ["", "backend = systemd\n", "logtype = foo\nmaxretry=3\nx=jx\nusedns = no\nmaxlines=2\n"]

TREES = {
    'bom': {'jail.conf': b'\xef\xbb\xbf[DEFAULT]\nenabled=true\n[j]\n'},
    'bom option': {'jail.conf': b'[DEFAULT]\n\xef\xbb\xbfenabled=true\nenabled = true\n[j]\n'},
    'crlf': {'jail.conf': '[DEFAULT]\r\nenabled = true\r\n[j]\r\nbantime = 1\r\n  2\r\n\r\n  3\r\n'},
    'cr only': {'jail.conf': '[DEFAULT]\renabled = true\r[j]\rbantime = 5\r'},
    'mixed ends': {'jail.conf': '[DEFAULT]\nenabled = true\r\n[j]\rbantime = 5\n\r\n maxretry = 2\r\r  3\n'},
    'vt ff nel': {'jail.conf': '[DEFAULT]\n'
                                  'enabled = true\n'
                                  '[j]\n'
                                  'bantime = 1\x0b'
                                  '2\x0c'
                                  '3\x1c'
                                  '4\x1d'
                                  '5\x85'
                                  ' 6\u2028'
                                  ' 7\u2029'
                                  ' 8\n'
                                  'findtime = 2\x0c'
                                  '\n'},
    'nul': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\nbantime = 1\x002\n'},
    'latin1': {'jail.conf': b'[DEFAULT]\nenabled=true\n[j]\nbantime = \xe9\n'},
    'latin1 local': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\n', 'jail.local': b'[k]\nbantime = \xe9\n'},
    'latin1 filter': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\nfilter = f\n[k]\n',
                         'filter.d/f.conf': b'[Definition]\nfailregex = \xe9\n'},
    'latin1 include': {'jail.conf': '[INCLUDES]\nbefore = b.conf\n[DEFAULT]\nenabled = true\n[j]\n',
                          'b.conf': b'[k]\nbantime = \xe9\n'},
    'tabs': {'jail.conf': '[DEFAULT]\n'
                             'enabled = true\n'
                             '[j]\n'
                             '\tbantime\t=\t5\n'
                             '\tfindtime = 6\n'
                             '\t\t7\n'
                             '        8\n'},
    'long line': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\nbantime = ' + 'x' * 300000 + '\n'},
    'section odd': {'jail.conf': '[DEFAULT]\n'
                                    'enabled = true\n'
                                    '[ j ]\n'
                                    '[j]x]\n'
                                    '[a b]\n'
                                    '[a/b]\n'
                                    '[a:b=c]\n'
                                    '[é\u2003]\n'
                                    '[j\'"]\n'
                                    '[[x]]\n'
                                    '[DEFAULT ]\n'
                                    'foo=1\n'
                                    '[default]\n'
                                    '[%(x)s]\n'},
    'section empty': {'jail.conf': '[DEFAULT]\nenabled = true\n[]\n'},
    'section comment': {'jail.conf': '[DEFAULT]\nenabled = true\n[j];x\n[k] ;x]\n[l] # [m]\n'},
    'jail names': {'jail.conf': '[DEFAULT]\n'
                                   'enabled = true\n'
                                   '[--all]\n'
                                   '[-x]\n'
                                   '[add]\n'
                                   "[a'b]\n"
                                   '[a"b\'c]\n'
                                   '[a\\b]\n'
                                   '[jail]\n'
                                   '[KNOWN/x]\n'
                                   '[INCLUDES2]\n'
                                   '[known/y]\n'
                                   '[includes]\n'
                                   '[Definition]\n'
                                   '[Thread]\n'},
    'interpol in section': {'jail.conf': '[DEFAULT]\n'
                                            'enabled = true\n'
                                            'a = 5\n'
                                            '[j%(a)s]\n'
                                            'bantime = %(a)s%(__name__)s\n'},
    'name in default': {'jail.conf': '[DEFAULT]\nenabled = true\nbantime = %(__name__)s\n[j]\n[J K]\n'},
    'known 0': {'jail.conf': '[DEFAULT]\nx = D\nenabled = true\n[j]\nx = 1\nbantime = 1\n',
                   'jail.d/a.conf': '[j]\nx = 2%(known/x)s\nbantime = %(known/bantime)s2\n',
                   'jail.d/b.conf': '[j]\nx = 3%(x)s\nbantime = 3%(x)s\n',
                   'jail.local': '[j]\nfoo=1\n',
                   'jail.d/z.local': '[j]\nbantime = z%(known/bantime)s\n'},
    'known 1': {'jail.conf': '[DEFAULT]\nx = D\nenabled = true\n[j]\nx = 1\nbantime = 1\n',
                   'jail.d/a.conf': '[j]\nx = 2%(known/x)s\nbantime = %(known/bantime)s2\n',
                   'jail.d/b.conf': '[j]\nx = 3%(known/x)s\nbantime = 3%(x)s\n',
                   'jail.local': '[j]\nfoo=1\n',
                   'jail.d/z.local': '[j]\nbantime = z%(known/bantime)s\n'},
    'known 2': {'jail.conf': '[DEFAULT]\nx = D\nenabled = true\n[j]\nx = 1\nbantime = 1\n',
                   'jail.d/a.conf': '[j]\nx = 2%(known/x)s\nbantime = %(known/bantime)s2\n',
                   'jail.d/b.conf': '[j]\nx = 3%(known/x)s%(known/x)s\nbantime = 3%(x)s\n',
                   'jail.local': '[j]\nfoo=1\n',
                   'jail.d/z.local': '[j]\nbantime = z%(known/bantime)s\n'},
    'known default': {'jail.conf': '[DEFAULT]\nx = D\nenabled = true\n[j]\nbantime=%(x)s\n',
                         'jail.local': '[DEFAULT]\nx = %(known/x)s2\n'},
    'known filter': {'jail.conf': '[DEFAULT]\n'
                                     'enabled = true\n'
                                     '[j]\n'
                                     'filter = f[a=1]\n'
                                     'failregex = %(known/failregex)s\n'
                                     '  y\n'
                                     'bantime = %(known/a)s\n'
                                     'findtime=%(known/b)s\n'
                                     'maxretry=%(known/maxlines)s\n',
                        'filter.d/f.conf': '[Definition]\n'
                                           'failregex = x <a>\n'
                                           'b = %(known/a)s<a>\n'
                                           'maxlines=3\n'
                                           '[Init]\n'
                                           'a = 2\n'},
    'known filter maxlines': {'jail.conf': '[DEFAULT]\n'
                                              'enabled = true\n'
                                              '[j]\n'
                                              'filter = f\n'
                                              'bantime = %(known/maxlines)s\n',
                                 'filter.d/f.conf': '[Definition]\nfailregex = x\nmaxlines=3\n'},
    'known tag': {'jail.conf': '[DEFAULT]\n'
                                  'enabled = true\n'
                                  '[j]\n'
                                  'action = a[chain=<known/chain>2, port=<known/port><port2>]\n',
                     'action.d/a.conf': '[Definition]\n'
                                        'actionban = b <ip> <name> <port> <chain>\n'
                                        '[Init]\n'
                                        'chain = in\n'
                                        'port = 1\n'
                                        'port2 = <known/port>5\n'},
    'known tag self': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\naction = a[chain=<chain>2]\n',
                          'action.d/a.conf': '[Definition]\n'
                                             'actionban = b <ip> <name> <port> <chain>\n'
                                             '[Init]\n'
                                             'chain = in\n'
                                             'port = 1\n'},
    'include local': {'jail.conf': '[INCLUDES]\n'
                                      'before = b.conf\n'
                                      'after = c.conf\n'
                                      '[DEFAULT]\n'
                                      'enabled = true\n'
                                      'x=jail\n'
                                      '[j]\n'
                                      'bantime=%(x)s\n',
                         'b.conf': '[DEFAULT]\nx=b\n',
                         'b.local': '[DEFAULT]\nx=bl\ny=1\n',
                         'c.conf': '[DEFAULT]\nx=c%(known/x)s\n',
                         'c.local': '[INCLUDES]\nbefore=d.conf\n[j]\nfindtime=%(x)s%(y)s\n',
                         'd.conf': '[j]\nmaxretry=7\n',
                         'jail.local': '[INCLUDES]\nafter=e.local\n',
                         'e.local': '[j]\nignorecommand=e\n',
                         'e.conf': '[j]\nignorecommand=ec\n'},
    'include odd': {'jail.conf': '[INCLUDES]\n'
                                    'before = b.conf c.conf\n'
                                    '  ./d.conf\n'
                                    '   \n'
                                    ' ../x.conf\n'
                                    '  sub/e.conf\n'
                                    '[DEFAULT]\n'
                                    'enabled = true\n'
                                    '[j]\n'
                                    'bantime=%(x)s\n',
                       'd.conf': '[DEFAULT]\nx=d\n',
                       'sub/e.conf': '[INCLUDES]\nbefore=f.conf\n',
                       'sub/f.conf': '[DEFAULT]\nx=f\n',
                       'f.conf': '[DEFAULT]\nx=wrong\n'},
    'include interpolated': {'jail.conf': '[DEFAULT]\n'
                                             'n = b\n'
                                             'enabled=true\n'
                                             '[INCLUDES]\n'
                                             'before = %(n)s.conf\n'
                                             '[j]\n'
                                             'bantime=%(x)s\n',
                                'b.conf': '[DEFAULT]\nx=b\nn=c\n'},
    'include bad': {'jail.conf': '[INCLUDES]\nbefore = %(nope)s.conf\n[DEFAULT]\nenabled = true\n[j]\n'},
    'include dir': {'jail.conf': '[INCLUDES]\nbefore = sub\n[DEFAULT]\nenabled = true\n[j]\n',
                       'sub/x.conf': ''},
    'include self': {'jail.conf': '[INCLUDES]\n'
                                     'before = jail.conf\n'
                                     'after = jail.conf\n'
                                     '  jail.local\n'
                                     '[DEFAULT]\n'
                                     'enabled = true\n'
                                     '[j]\n'
                                     'bantime=1\n',
                        'jail.local': '[INCLUDES]\nbefore=jail.conf\n[j]\nbantime=2%(known/bantime)s\n'},
    'include default before': {'jail.conf': '[DEFAULT]\n'
                                               'before = b.conf\n'
                                               'enabled=true\n'
                                               '[INCLUDES]\n'
                                               '[j]\n'
                                               'bantime=%(x)s\n',
                                  'b.conf': '[DEFAULT]\nx=b\n'},
    'includes lower': {'jail.conf': '[includes]\nbefore = b.conf\n[DEFAULT]\nenabled = true\n[j]\n',
                          'b.conf': '[k]\n'},
    'dup option': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\nbantime=1\nBantime=2\n'},
    'dup section': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\n[k]\n[j]\n'},
    'dup default': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\n[DEFAULT]\nbantime=3\n'},
    'dup default option': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\n[DEFAULT]\nenabled=false\n'},
    'cond sections': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\naction=a\n',
                         'action.d/a.conf': '[Definition]\n'
                                            'actionban = b <ip> <name> <port> <chain>\n'
                                            '[Init]\n'
                                            'chain = in\n'
                                            'port = 1\n'
                                            '[Init?family=inet6]\n'
                                            'chain=in6\n'
                                            'x=<chain>\n'
                                            '[Init?family=inet4]\n'
                                            'chain=in4\n'
                                            '[Definition?family=inet6]\n'
                                            'actionban=no\n'
                                            '[DEFAULT]\n'
                                            'z=1\n'},
    'cond jail': {'jail.conf': '[DEFAULT]\n'
                                  'enabled = true\n'
                                  '[j]\n'
                                  'bantime=1\n'
                                  '[j?family=inet6]\n'
                                  'bantime=2\n'
                                  '[k?x]\n'
                                  'bantime=3\n'
                                  '[?y]\n'
                                  '[k-z?a=b]\n'
                                  'bantime=4\n'},
    'cond param': {'jail.conf': '[DEFAULT]\n'
                                   'enabled = true\n'
                                   '[j]\n'
                                   'action=a[chain=X]\n'
                                   '[k]\n'
                                   'action=a[chain?family=inet6=Y]\n'
                                   '[l]\n'
                                   'action=a[chain?family=inet6="Y",chain=Z]\n',
                      'action.d/a.conf': '[Definition]\n'
                                         'actionban = b <ip> <name> <port> <chain>\n'
                                         '[Init]\n'
                                         'chain = in\n'
                                         'port = 1\n'
                                         '[Init?family=inet6]\n'
                                         'chain=in6\n'},
    'logtype own': {'jail.conf': '[DEFAULT]\nenabled = true\nbackend=systemd\n[j]\nfilter=f\n',
                       'filter.d/f.conf': '[Definition]\nlogtype = own\nfailregex=<logtype>\n'},
    'logtype init': {'jail.conf': '[DEFAULT]\n'
                                     'enabled = true\n'
                                     'backend=SystemD\n'
                                     '[j]\n'
                                     'filter=f\n'
                                     '[k]\n'
                                     'backend=systemd[x=1]\n'
                                     'filter=f\n',
                        'filter.d/f.conf': '[Definition]\nfailregex=<logtype>\n[Init]\nlogtype=own\n'},
    'logtype default': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\nfilter=f\n',
                           'filter.d/f.conf': '[DEFAULT]\n'
                                              'logtype=d\n'
                                              '[Definition]\n'
                                              'failregex=<logtype>%(logtype)s\n'},
    'depth 9': {'jail.conf': '[DEFAULT]\n'
                                'enabled = true\n'
                                'a0 = %(a1)s\n'
                                'a1 = %(a2)s\n'
                                'a2 = %(a3)s\n'
                                'a3 = %(a4)s\n'
                                'a4 = %(a5)s\n'
                                'a5 = %(a6)s\n'
                                'a6 = %(a7)s\n'
                                'a7 = %(a8)s\n'
                                'a8 = %(a9)s\n'
                                'a9 = end\n'
                                '[j]\n'
                                'bantime=%(a0)s\n'},
    'depth 10': {'jail.conf': '[DEFAULT]\n'
                                 'enabled = true\n'
                                 'a0 = %(a1)s\n'
                                 'a1 = %(a2)s\n'
                                 'a2 = %(a3)s\n'
                                 'a3 = %(a4)s\n'
                                 'a4 = %(a5)s\n'
                                 'a5 = %(a6)s\n'
                                 'a6 = %(a7)s\n'
                                 'a7 = %(a8)s\n'
                                 'a8 = %(a9)s\n'
                                 'a9 = %(a10)s\n'
                                 'a10 = end\n'
                                 '[j]\n'
                                 'bantime=%(a0)s\n'},
    'depth 11': {'jail.conf': '[DEFAULT]\n'
                                 'enabled = true\n'
                                 'a0 = %(a1)s\n'
                                 'a1 = %(a2)s\n'
                                 'a2 = %(a3)s\n'
                                 'a3 = %(a4)s\n'
                                 'a4 = %(a5)s\n'
                                 'a5 = %(a6)s\n'
                                 'a6 = %(a7)s\n'
                                 'a7 = %(a8)s\n'
                                 'a8 = %(a9)s\n'
                                 'a9 = %(a10)s\n'
                                 'a10 = %(a11)s\n'
                                 'a11 = end\n'
                                 '[j]\n'
                                 'bantime=%(a0)s\n'},
    'tags chain 24': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\naction=a\n',
                         'action.d/a.conf': '[Definition]\n'
                                            'actionban = <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> '
                                            '<x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <ip>\n'
                                            'actionstart = <t0>\n'
                                            '[Init]\n'
                                            'x=1\n'
                                            't0 = <t1><x><ip>\n'
                                            't1 = <t2><x><ip>\n'
                                            't2 = <t3><x><ip>\n'
                                            't3 = <t4><x><ip>\n'
                                            't4 = <t5><x><ip>\n'
                                            't5 = <t6><x><ip>\n'
                                            't6 = <t7><x><ip>\n'
                                            't7 = <t8><x><ip>\n'
                                            't8 = <t9><x><ip>\n'
                                            't9 = <t10><x><ip>\n'
                                            't10 = <t11><x><ip>\n'
                                            't11 = <t12><x><ip>\n'
                                            't12 = <t13><x><ip>\n'
                                            't13 = <t14><x><ip>\n'
                                            't14 = <t15><x><ip>\n'
                                            't15 = <t16><x><ip>\n'
                                            't16 = <t17><x><ip>\n'
                                            't17 = <t18><x><ip>\n'
                                            't18 = <t19><x><ip>\n'
                                            't19 = <t20><x><ip>\n'
                                            't20 = <t21><x><ip>\n'
                                            't21 = <t22><x><ip>\n'
                                            't22 = <t23><x><ip>\n'
                                            't23 = <t24><x><ip>\n'
                                            't24=<x>\n'},
    'tags chain 25': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\naction=a\n',
                         'action.d/a.conf': '[Definition]\n'
                                            'actionban = <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> '
                                            '<x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <ip>\n'
                                            'actionstart = <t0>\n'
                                            '[Init]\n'
                                            'x=1\n'
                                            't0 = <t1><x><ip>\n'
                                            't1 = <t2><x><ip>\n'
                                            't2 = <t3><x><ip>\n'
                                            't3 = <t4><x><ip>\n'
                                            't4 = <t5><x><ip>\n'
                                            't5 = <t6><x><ip>\n'
                                            't6 = <t7><x><ip>\n'
                                            't7 = <t8><x><ip>\n'
                                            't8 = <t9><x><ip>\n'
                                            't9 = <t10><x><ip>\n'
                                            't10 = <t11><x><ip>\n'
                                            't11 = <t12><x><ip>\n'
                                            't12 = <t13><x><ip>\n'
                                            't13 = <t14><x><ip>\n'
                                            't14 = <t15><x><ip>\n'
                                            't15 = <t16><x><ip>\n'
                                            't16 = <t17><x><ip>\n'
                                            't17 = <t18><x><ip>\n'
                                            't18 = <t19><x><ip>\n'
                                            't19 = <t20><x><ip>\n'
                                            't20 = <t21><x><ip>\n'
                                            't21 = <t22><x><ip>\n'
                                            't22 = <t23><x><ip>\n'
                                            't23 = <t24><x><ip>\n'
                                            't24 = <t25><x><ip>\n'
                                            't25=<x>\n'},
    'tags chain 26': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\naction=a\n',
                         'action.d/a.conf': '[Definition]\n'
                                            'actionban = <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> '
                                            '<x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <ip>\n'
                                            'actionstart = <t0>\n'
                                            '[Init]\n'
                                            'x=1\n'
                                            't0 = <t1><x><ip>\n'
                                            't1 = <t2><x><ip>\n'
                                            't2 = <t3><x><ip>\n'
                                            't3 = <t4><x><ip>\n'
                                            't4 = <t5><x><ip>\n'
                                            't5 = <t6><x><ip>\n'
                                            't6 = <t7><x><ip>\n'
                                            't7 = <t8><x><ip>\n'
                                            't8 = <t9><x><ip>\n'
                                            't9 = <t10><x><ip>\n'
                                            't10 = <t11><x><ip>\n'
                                            't11 = <t12><x><ip>\n'
                                            't12 = <t13><x><ip>\n'
                                            't13 = <t14><x><ip>\n'
                                            't14 = <t15><x><ip>\n'
                                            't15 = <t16><x><ip>\n'
                                            't16 = <t17><x><ip>\n'
                                            't17 = <t18><x><ip>\n'
                                            't18 = <t19><x><ip>\n'
                                            't19 = <t20><x><ip>\n'
                                            't20 = <t21><x><ip>\n'
                                            't21 = <t22><x><ip>\n'
                                            't22 = <t23><x><ip>\n'
                                            't23 = <t24><x><ip>\n'
                                            't24 = <t25><x><ip>\n'
                                            't25 = <t26><x><ip>\n'
                                            't26=<x>\n'},
    'tags chain 27': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\naction=a\n',
                         'action.d/a.conf': '[Definition]\n'
                                            'actionban = <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> '
                                            '<x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <ip>\n'
                                            'actionstart = <t0>\n'
                                            '[Init]\n'
                                            'x=1\n'
                                            't0 = <t1><x><ip>\n'
                                            't1 = <t2><x><ip>\n'
                                            't2 = <t3><x><ip>\n'
                                            't3 = <t4><x><ip>\n'
                                            't4 = <t5><x><ip>\n'
                                            't5 = <t6><x><ip>\n'
                                            't6 = <t7><x><ip>\n'
                                            't7 = <t8><x><ip>\n'
                                            't8 = <t9><x><ip>\n'
                                            't9 = <t10><x><ip>\n'
                                            't10 = <t11><x><ip>\n'
                                            't11 = <t12><x><ip>\n'
                                            't12 = <t13><x><ip>\n'
                                            't13 = <t14><x><ip>\n'
                                            't14 = <t15><x><ip>\n'
                                            't15 = <t16><x><ip>\n'
                                            't16 = <t17><x><ip>\n'
                                            't17 = <t18><x><ip>\n'
                                            't18 = <t19><x><ip>\n'
                                            't19 = <t20><x><ip>\n'
                                            't20 = <t21><x><ip>\n'
                                            't21 = <t22><x><ip>\n'
                                            't22 = <t23><x><ip>\n'
                                            't23 = <t24><x><ip>\n'
                                            't24 = <t25><x><ip>\n'
                                            't25 = <t26><x><ip>\n'
                                            't26 = <t27><x><ip>\n'
                                            't27=<x>\n'},
    'tags chain 28': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\naction=a\n',
                         'action.d/a.conf': '[Definition]\n'
                                            'actionban = <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> '
                                            '<x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <ip>\n'
                                            'actionstart = <t0>\n'
                                            '[Init]\n'
                                            'x=1\n'
                                            't0 = <t1><x><ip>\n'
                                            't1 = <t2><x><ip>\n'
                                            't2 = <t3><x><ip>\n'
                                            't3 = <t4><x><ip>\n'
                                            't4 = <t5><x><ip>\n'
                                            't5 = <t6><x><ip>\n'
                                            't6 = <t7><x><ip>\n'
                                            't7 = <t8><x><ip>\n'
                                            't8 = <t9><x><ip>\n'
                                            't9 = <t10><x><ip>\n'
                                            't10 = <t11><x><ip>\n'
                                            't11 = <t12><x><ip>\n'
                                            't12 = <t13><x><ip>\n'
                                            't13 = <t14><x><ip>\n'
                                            't14 = <t15><x><ip>\n'
                                            't15 = <t16><x><ip>\n'
                                            't16 = <t17><x><ip>\n'
                                            't17 = <t18><x><ip>\n'
                                            't18 = <t19><x><ip>\n'
                                            't19 = <t20><x><ip>\n'
                                            't20 = <t21><x><ip>\n'
                                            't21 = <t22><x><ip>\n'
                                            't22 = <t23><x><ip>\n'
                                            't23 = <t24><x><ip>\n'
                                            't24 = <t25><x><ip>\n'
                                            't25 = <t26><x><ip>\n'
                                            't26 = <t27><x><ip>\n'
                                            't27 = <t28><x><ip>\n'
                                            't28=<x>\n'},
    'tags chain 30': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\naction=a\n',
                         'action.d/a.conf': '[Definition]\n'
                                            'actionban = <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> '
                                            '<x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> <x> '
                                            '<x> <ip>\n'
                                            'actionstart = <t0>\n'
                                            '[Init]\n'
                                            'x=1\n'
                                            't0 = <t1><x><ip>\n'
                                            't1 = <t2><x><ip>\n'
                                            't2 = <t3><x><ip>\n'
                                            't3 = <t4><x><ip>\n'
                                            't4 = <t5><x><ip>\n'
                                            't5 = <t6><x><ip>\n'
                                            't6 = <t7><x><ip>\n'
                                            't7 = <t8><x><ip>\n'
                                            't8 = <t9><x><ip>\n'
                                            't9 = <t10><x><ip>\n'
                                            't10 = <t11><x><ip>\n'
                                            't11 = <t12><x><ip>\n'
                                            't12 = <t13><x><ip>\n'
                                            't13 = <t14><x><ip>\n'
                                            't14 = <t15><x><ip>\n'
                                            't15 = <t16><x><ip>\n'
                                            't16 = <t17><x><ip>\n'
                                            't17 = <t18><x><ip>\n'
                                            't18 = <t19><x><ip>\n'
                                            't19 = <t20><x><ip>\n'
                                            't20 = <t21><x><ip>\n'
                                            't21 = <t22><x><ip>\n'
                                            't22 = <t23><x><ip>\n'
                                            't23 = <t24><x><ip>\n'
                                            't24 = <t25><x><ip>\n'
                                            't25 = <t26><x><ip>\n'
                                            't26 = <t27><x><ip>\n'
                                            't27 = <t28><x><ip>\n'
                                            't28 = <t29><x><ip>\n'
                                            't29 = <t30><x><ip>\n'
                                            't30=<x>\n'},
    'tag circle': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\naction=a\n',
                      'action.d/a.conf': '[Definition]\nactionban = <a>\n[Init]\na=<b>\nb=<a>\n'},
    'tag self': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\naction=a\n',
                    'action.d/a.conf': '[Definition]\nactionban = <a>\n[Init]\na=x<a>\n'},
    'tag circle via ban tags': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\naction=a\n',
                                   'action.d/a.conf': '[Definition]\n'
                                                      'actionban = <matches> <timeout> <bantime> '
                                                      '<ipjailmatches>\n'
                                                      '[Init]\n'
                                                      'matches=x<matches>\n'
                                                      'timeout=<bantime>\n'
                                                      'bantime=<timeout>\n'
                                                      'ipmatches=<chain>\n'
                                                      'chain=3\n'},
    'tag odd': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\naction=a\n',
                   'action.d/a.conf': '[Definition]\n'
                                      'actionban = <> << >> <<x>> <x y> <x\n'
                                      '   > <X> <x><x>> <<x><x>> <a<b>c> <Init/x> <Definition/q> '
                                      '<Definition/actionban> <default/z> <DEFAULT/z> <known/x> <Known/x> '
                                      '<KNOWN/x> <init/x> <Init/Q> <br> </x> <x/> <-x> <é> <x?family=inet6>\n'
                                      '   <c?d>\n'
                                      'q = Q<x>\n'
                                      '[Init]\n'
                                      'x=1\n'
                                      'b=B\n'
                                      'aBc=ok\n'
                                      'é=e\n'
                                      '11=eleven\n'
                                      '[DEFAULT]\n'
                                      'z=9\n'},
    'jail opts as tags': {'jail.conf': '[DEFAULT]\n'
                                          'enabled = true\n'
                                          '[j]\n'
                                          'bantime=1h\n'
                                          'maxretry=x\n'
                                          'findtime = <ip>\n'
                                          'logpath=/dev/null\n'
                                          'ignoreip=1.2.3.4, ::1\tx\n'
                                          'unknown=5\n'
                                          'bantime.increment=yes\n'
                                          'filter=f\n'
                                          'action=a[maxretry=9]\n',
                             'filter.d/f.conf': '[Definition]\nfailregex = x <HOST>\n',
                             'action.d/a.conf': '[Definition]\n'
                                                'actionban = <bantime> <maxretry> <findtime> <logpath> '
                                                '<ignoreip> <unknown> <bantime.increment> <filter> <enabled> '
                                                '<backend> <usedns> <failregex> %(unknown2)s\n'
                                                'unknown2=%(bantime)s%(logpath)s\n'},
    'jail opts interp': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\nunknown=5\naction=a\n',
                            'action.d/a.conf': '[Definition]\nactionban = %(unknown)s\n'},
    'bools': {'jail.conf': '[j0]\n'
                              'enabled = true\n'
                              'bantime.increment=true\n'
                              'ignoreself=true\n'
                              '[j1]\n'
                              'enabled = True\n'
                              'bantime.increment=True\n'
                              'ignoreself=True\n'
                              '[j2]\n'
                              'enabled = TRUE\n'
                              'bantime.increment=TRUE\n'
                              'ignoreself=TRUE\n'
                              '[j3]\n'
                              'enabled = yes\n'
                              'bantime.increment=yes\n'
                              'ignoreself=yes\n'
                              '[j4]\n'
                              'enabled = YES\n'
                              'bantime.increment=YES\n'
                              'ignoreself=YES\n'
                              '[j5]\n'
                              'enabled = on\n'
                              'bantime.increment=on\n'
                              'ignoreself=on\n'
                              '[j6]\n'
                              'enabled = 1\n'
                              'bantime.increment=1\n'
                              'ignoreself=1\n'
                              '[j7]\n'
                              'enabled = tru\n'
                              'bantime.increment=tru\n'
                              'ignoreself=tru\n'
                              '[j8]\n'
                              'enabled = y\n'
                              'bantime.increment=y\n'
                              'ignoreself=y\n'
                              '[j9]\n'
                              'enabled = 2\n'
                              'bantime.increment=2\n'
                              'ignoreself=2\n'
                              '[j10]\n'
                              'enabled = 0\n'
                              'bantime.increment=0\n'
                              'ignoreself=0\n'
                              '[j11]\n'
                              'enabled = no\n'
                              'bantime.increment=no\n'
                              'ignoreself=no\n'
                              '[j12]\n'
                              'enabled =  true \n'
                              'bantime.increment= true \n'
                              'ignoreself= true \n'
                              '[j13]\n'
                              'enabled = \ttrue\n'
                              'bantime.increment=\ttrue\n'
                              'ignoreself=\ttrue\n'
                              '[j14]\n'
                              'enabled = true ;x\n'
                              'bantime.increment=true ;x\n'
                              'ignoreself=true ;x\n'
                              '[j15]\n'
                              'enabled = true;\n'
                              'bantime.increment=true;\n'
                              'ignoreself=true;\n'
                              '[j16]\n'
                              "enabled = 'true'\n"
                              "bantime.increment='true'\n"
                              "ignoreself='true'\n"
                              '[j17]\n'
                              'enabled = true\n'
                              '  x\n'
                              'bantime.increment=true\n'
                              '  x\n'
                              'ignoreself=true\n'
                              '  x\n'
                              '[j18]\n'
                              'enabled = \n'
                              'bantime.increment=\n'
                              'ignoreself=\n'},
    'ints': {'jail.conf': '[DEFAULT]\n'
                             'enabled = true\n'
                             '[j0]\n'
                             'maxretry = 5\n'
                             'maxlines=5\n'
                             '[j1]\n'
                             'maxretry = +5\n'
                             'maxlines=+5\n'
                             '[j2]\n'
                             'maxretry = -5\n'
                             'maxlines=-5\n'
                             '[j3]\n'
                             'maxretry = 05\n'
                             'maxlines=05\n'
                             '[j4]\n'
                             'maxretry = 0x5\n'
                             'maxlines=0x5\n'
                             '[j5]\n'
                             'maxretry = 5.0\n'
                             'maxlines=5.0\n'
                             '[j6]\n'
                             'maxretry = 5 \n'
                             'maxlines=5 \n'
                             '[j7]\n'
                             'maxretry = 1_000\n'
                             'maxlines=1_000\n'
                             '[j8]\n'
                             'maxretry = _1\n'
                             'maxlines=_1\n'
                             '[j9]\n'
                             'maxretry = 1__0\n'
                             'maxlines=1__0\n'
                             '[j10]\n'
                             'maxretry = ٣\n'
                             'maxlines=٣\n'
                             '[j11]\n'
                             'maxretry = 99999999999999999999\n'
                             'maxlines=99999999999999999999\n'
                             '[j12]\n'
                             'maxretry = -99999999999999999999\n'
                             'maxlines=-99999999999999999999\n'
                             '[j13]\n'
                             'maxretry = 9223372036854775808\n'
                             'maxlines=9223372036854775808\n'
                             '[j14]\n'
                             'maxretry = 5x\n'
                             'maxlines=5x\n'
                             '[j15]\n'
                             'maxretry = \n'
                             'maxlines=\n'},
    'ints beyond 64 bits': {'jail.conf': f'{ON}maxretry = 9223372036854775807\nmaxmatches = 9223372036854775808\n[j]\n'},
    'include by ever new paths': {'jail.conf': f'{ON}[j]\nfilter = f\n',
                                  'filter.d/f.conf': '[INCLUDES]\nafter = ../filter.d/f.conf\n'},
    'ignoreip': {'jail.conf': '[DEFAULT]\n'
                                 'enabled = true\n'
                                 '[j]\n'
                                 'ignoreip = a, b,,c\td\n'
                                 '  e\n'
                                 '\n'
                                 ' f;g ;h\n'
                                 '[k]\n'
                                 'ignoreip=\n'
                                 '[l]\n'
                                 'ignoreip=,\n'
                                 '[m]\n'
                                 'ignoreip=a\xa0b\u2003c\x1fd\x0b'
                                 'e\n'},
    'logpath': {'jail.conf': '[DEFAULT]\n'
                                'enabled = true\n'
                                '[j]\n'
                                'logpath = /dev/null  tail\n'
                                '  /dev/null\ttail\n'
                                '\n'
                                '  /dev/null x y\n'
                                '  /dev/null  \n'
                                '/dev/zero\n'
                                '[k]\n'
                                'logpath=\n'
                                '[l]\n'
                                'logpath = /nowhere\n'
                                '[m]\n'
                                'logpath = %(fail2ban_confpath)s/logs/*.log tail\n'
                                '  %(fail2ban_confpath)s/logs/[ab].log\n'
                                '  %(fail2ban_confpath)s/l?gs/[!a].log head\n'
                                '  %(fail2ban_confpath)s/**/a.log\n'
                                '  %(fail2ban_confpath)s/logs/\n'
                                '  %(fail2ban_confpath)s/*/\n'
                                '  %(fail2ban_confpath)s/logs\n',
                   'logs/a.log': '',
                   'logs/b.log': '',
                   'logs/.h.log': '',
                   'logs/c d.log': '',
                   'logs/deep/a.log': ''},
    'backend': {'jail.conf': '[DEFAULT]\n'
                                'enabled = true\n'
                                '[j0]\n'
                                'backend=auto\n'
                                'logpath=/dev/null\n'
                                '[j1]\n'
                                'backend=systemd\n'
                                'logpath=/dev/null\n'
                                '[j2]\n'
                                'backend=systemd[x=1]\n'
                                'logpath=/dev/null\n'
                                '[j3]\n'
                                'backend=SYSTEMD\n'
                                'logpath=/dev/null\n'
                                '[j4]\n'
                                'backend=systemd-x\n'
                                'logpath=/dev/null\n'
                                '[j5]\n'
                                'backend=polling[a=b]\n'
                                'logpath=/dev/null\n'
                                '[j6]\n'
                                'backend=pyinotify, polling\n'
                                'logpath=/dev/null\n'
                                '[j7]\n'
                                'backend=\n'
                                'logpath=/dev/null\n'
                                '[j8]\n'
                                'backend=nope\n'
                                'logpath=/dev/null\n'
                                '[j9]\n'
                                'backend=sys temd\n'
                                'logpath=/dev/null\n'},
    'journalmatch': {'jail.conf': '[DEFAULT]\n'
                                     'enabled = true\n'
                                     '[j0]\n'
                                     'backend=systemd\n'
                                     'journalmatch=_A=b _C=d\n'
                                     '[j1]\n'
                                     'backend=systemd\n'
                                     "journalmatch=_A='b c' + x\n"
                                     '[j2]\n'
                                     'backend=systemd\n'
                                     'journalmatch=a\n'
                                     '   b\n'
                                     '\n'
                                     '   c\n'
                                     '[j3]\n'
                                     'backend=systemd\n'
                                     "journalmatch=''\n"
                                     '[j4]\n'
                                     'backend=systemd\n'
                                     'journalmatch=""\n'
                                     '[j5]\n'
                                     'backend=systemd\n'
                                     'journalmatch=a\\ b\n'
                                     '[j6]\n'
                                     'backend=systemd\n'
                                     'journalmatch=a\\\\b\n'
                                     '[j7]\n'
                                     'backend=systemd\n'
                                     "journalmatch='a\\b'\n"
                                     '[j8]\n'
                                     'backend=systemd\n'
                                     'journalmatch="a\\b\\"c"\n'
                                     '[j9]\n'
                                     'backend=systemd\n'
                                     'journalmatch=a#b\n'
                                     '[j10]\n'
                                     'backend=systemd\n'
                                     'journalmatch=a\'b\'"c"\n'
                                     '[j11]\n'
                                     'backend=systemd\n'
                                     'journalmatch=é ü\n'
                                     '[j12]\n'
                                     'backend=systemd\n'
                                     'journalmatch= \n'
                                     '[j13]\n'
                                     'backend=systemd\n'
                                     'journalmatch=\xa0x\n'},
    'journalmatch open': {'jail.conf': "[DEFAULT]\nenabled = true\n[j]\njournalmatch='x\n"},
    'regex lines': {'jail.conf': '[DEFAULT]\n'
                                    'enabled = true\n'
                                    '[j]\n'
                                    'failregex = a\n'
                                    '\n'
                                    '   b\n'
                                    '  # c\n'
                                    '   d ;e\n'
                                    ' ignoreregex = \n'
                                    '[k]\n'
                                    'failregex =\n'
                                    '  a\n'
                                    'ignoreregex = x\n'
                                    '   y\n'
                                    '[l]\n'
                                    'failregex=\n'
                                    'ignoreregex=\n'
                                    'datepattern=\n'
                                    'prefregex=\n'
                                    'usedns=\n'},
    'main odd': {'fail2ban.conf': '[DEFAULT]\n'
                                     'loglevel=debug\n'
                                     '[Definition]\n'
                                     'logtarget = \n'
                                     'dbfile = None\n'
                                     'dbmaxmatches = x\n'
                                     'dbpurgeage=\n'
                                     'allowipv6 = auto;\n'
                                     'syslogsocket = %(loglevel)s\n'
                                     '[Thread]\n'
                                     'stacksize = 64\n',
                    'jail.conf': ''},
    'thread 0': {'fail2ban.conf': '[Definition]\n[Thread]\nstacksize = x\n'},
    'thread 1': {'fail2ban.conf': '[Definition]\n[Thread]\nstacksize = \n'},
    'thread 2': {'fail2ban.conf': '[Definition]\n[Thread]\nstacksize = -5\n'},
    'thread 3': {'fail2ban.conf': '[Definition]\n[Thread]\nstacksize = 64 \n'},
    'thread 4': {'fail2ban.conf': '[Definition]\n[Thread]\nstacksize = 6_4\n'},
    'thread empty': {'fail2ban.conf': '[Definition]\n[Thread]\n'},
    'thread default': {'fail2ban.conf': '[DEFAULT]\nstacksize=5\n[Definition]\n[Thread]\n'},
    'main none': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\n'},
    'main includes': {'fail2ban.conf': '[INCLUDES]\nbefore=x.conf\n[Definition]\n',
                         'x.conf': '[Definition]\nloglevel=ERROR\ndbfile=/x\n',
                         'fail2ban.d/a.conf': '[Definition]\ndbfile=%(known/dbfile)sy\n',
                         'fail2ban.local': '[DEFAULT]\ndbpurgeage=3\n'},
    'main loglevels': {'fail2ban.conf': '[Definition]\nloglevel = heavydebug\n'},
    "loglevel '5'": {'fail2ban.conf': '[Definition]\nloglevel = 5\n'},
    "loglevel 'INFO '": {'fail2ban.conf': '[Definition]\nloglevel = INFO \n'},
    "loglevel 'info'": {'fail2ban.conf': '[Definition]\nloglevel = info\n'},
    "loglevel 'WARN'": {'fail2ban.conf': '[Definition]\nloglevel = WARN\n'},
    "loglevel 'FATAL'": {'fail2ban.conf': '[Definition]\nloglevel = FATAL\n'},
    "loglevel 'NOTSET'": {'fail2ban.conf': '[Definition]\nloglevel = NOTSET\n'},
    "loglevel 'TRACEDEBUG'": {'fail2ban.conf': '[Definition]\nloglevel = TRACEDEBUG\n'},
    "loglevel 'x'": {'fail2ban.conf': '[Definition]\nloglevel = x\n'},
    "loglevel ''": {'fail2ban.conf': '[Definition]\nloglevel = \n'},
    "loglevel '-1'": {'fail2ban.conf': '[Definition]\nloglevel = -1\n'},
    "loglevel '1.5'": {'fail2ban.conf': '[Definition]\nloglevel = 1.5\n'},
    "loglevel 'MSG'": {'fail2ban.conf': '[Definition]\nloglevel = MSG\n'},
    'indent options': {'jail.conf': '  [DEFAULT]\n'
                                       '  enabled = true\n'
                                       '    bantime = 5\n'
                                       ' [j]\n'
                                       ' findtime = 1\n'
                                       'maxretry = 4\n'
                                       '   # c\n'
                                       '    5\n'},
    'comment forms': {'jail.conf': '[DEFAULT]\n'
                                      'enabled = true\n'
                                      '[j]\n'
                                      'bantime = 1 # x\n'
                                      'findtime = 1 ; x ; y\n'
                                      'usedns = ;x\n'
                                      'ignorecommand = a;b\t;c\n'
                                      'logencoding = a\\;b ;\\\n'
                                      '#x = 1\n'
                                      ' ; y = 2\n'
                                      'maxretry = 3;\n'
                                      '   ; zz\n'
                                      '\n'
                                      '   # z\n'},
    'value edge': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\nbantime\nfindtime = 1\n'},
    'value edge2': {'jail.conf': '[DEFAULT]\n'
                                    'enabled = true\n'
                                    '[j]\n'
                                    'bantime:1=2\n'
                                    'findtime=1:2\n'
                                    'usedns==x\n'
                                    'ignorecommand::y\n'
                                    ': x\n'},
    'name with spaces': {'jail.conf': '[DEFAULT]\n'
                                         'enabled = true\n'
                                         '[j]\n'
                                         'ban time = 1\n'
                                         'b\tc : 2\n'
                                         '"q" = 3\n'
                                         'bantime = %(ban time)s%(b\tc)s%("q")s\n'},
    'case': {'jail.conf': '[DEFAULT]\n'
                             'enabled = true\n'
                             'X=1\n'
                             '[j]\n'
                             'BanTime = %(x)s%(X)s\n'
                             'À=é\n'
                             'findtime=%(à)s%(À)s\n'
                             'İ=1\n'
                             'usedns=%(i̇)s\n'},
    'rem': {'jail.conf': '[DEFAULT]\nenabled = true\nrem x = 1\nREM y\n'},
    'jail in default only': {'jail.conf': '[DEFAULT]\n'
                                             'enabled=true\n'
                                             'filter=f[a=%(__name__)s]\n'
                                             'action=a[name=%(__name__)s]\n'
                                             '[x]\n'
                                             '[y z]\n',
                                'filter.d/f.conf': '[Definition]\nfailregex=<a>%(__name__)s<__name__>\n',
                                'action.d/a.conf': '[Definition]\n'
                                                   'actionban = b <ip> <name> <port> <chain>\n'
                                                   '[Init]\n'
                                                   'chain = in\n'
                                                   'port = 1\n'
                                                   'q=%(__name__)s\n'},
    'disabled broken': {'jail.conf': '[j]\nenabled=false\nfilter=%(nope)s\n[k]\nenabled=true\n'},
    'disabled broken2': {'jail.conf': '[j]\nenabled=false\nbantime=%(nope)s\naction=[\n[k]\nenabled=true\n'},
    'dir as conf': {'jail.conf/x': '', 'jail.local': '[DEFAULT]\nenabled = true\n[j]\n'},
    'empty files': {'jail.conf': '', 'filter.d/f.conf': '', 'fail2ban.conf': ''},
    'filter empty': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\nfilter=f\naction=a\n',
                        'filter.d/f.conf': '',
                        'action.d/a.conf': ''},
    'filter only init': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\nfilter=f[b=2]\naction=a[b=2]\n',
                            'filter.d/f.conf': '[Init]\nfailregex=x<b>\na=1\n',
                            'action.d/a.conf': '[Init]\nactionban=y<b>\n'},
    'filter other only': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\nfilter=f\naction=a\n',
                             'filter.d/f.conf': '[Other]\nfailregex=x\n',
                             'action.d/a.conf': '[Other]\nactionban=y\n'},
    'filter default only': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\nfilter=f\naction=a\n',
                               'filter.d/f.conf': '[DEFAULT]\nfailregex=x\n',
                               'action.d/a.conf': '[DEFAULT]\nactionban=y\n'},
    'def sections': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\nfilter=f\naction=a\n',
                        'filter.d/f.conf': '[DEFAULT]\n'
                                           'failregex=x\n'
                                           'foo=<bar>\n'
                                           'bar=1\n'
                                           '[Definition]\n'
                                           'ignoreregex=<foo>\n'
                                           '[Init]\n'
                                           'bar=2\n'
                                           'maxlines=4\n',
                        'action.d/a.conf': '[DEFAULT]\n'
                                           'actionban=y<foo>\n'
                                           'foo=3\n'
                                           '[Definition]\n'
                                           '[Init]\n'
                                           'actionstart=s\n'
                                           'timeout=5\n'
                                           'norestored=1\n'},
    '111 nologs': {'jail.conf': '[DEFAULT]\n'
                                   'enabled = true\n'
                                   'skip_if_nologs=true\n'
                                   '[j]\n'
                                   'logpath=/nowhere\n'
                                   '[k]\n'
                                   'logpath=/dev/null\n'},
    'multi value': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\nbantime = 1\n 2\n  3\n\n\n  4\n\n'},
    'filter .d': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\nfilter=f\n',
                     'filter.d/f.conf': '[Definition]\nfailregex = x <HOST>\n',
                     'filter.d/f.d/a.conf': '[Definition]\nfailregex = %(known/failregex)s\n   2\n',
                     'filter.d/f.local': '[Definition]\nfailregex = %(known/failregex)s\n   3\n'},
    'filter local only': {'jail.conf': '[DEFAULT]\nenabled = true\n[j]\nfilter=f\n[k]\nfilter=g\n',
                             'filter.d/f.local': '[Definition]\nfailregex = x <HOST>\n',
                             'filter.d/g.d/a.conf': '[Definition]\nfailregex = x <HOST>\n'},
    'jail.d sorting': {'jail.conf': '[DEFAULT]\nenabled = true\n',
                          'jail.d/b.conf': '[b]\nbantime=1\n',
                          'jail.d/a.conf': '[a]\n[b]\nfindtime=2\n',
                          'jail.d/B.conf': '[B]\n',
                          'jail.d/.h.conf': '[h]\n',
                          'jail.d/10.conf': '[ten]\n',
                          'jail.d/9.conf': '[nine]\n',
                          'jail.d/é.conf': '[e]\n',
                          'jail.d/a.conf.bak': '[bak]\n'},
}
