# What is installed besides the programs and their configuration, and how `cpack -G DEB` makes the package.
# Needs nothing but CMake and dpkg-dev; finish.cmake, run by cpack on the staged files, does what only Debian wants.

set(package_dir ${CMAKE_CURRENT_LIST_DIR})

foreach(page fail2ban.1 fail2ban-client.1 fail2ban-regex.1 fail2ban-server.1 jail.conf.5)
  if(EXISTS ${CMAKE_SOURCE_DIR}/docs/man/${page})
    string(REGEX REPLACE ".*\\." "" section ${page})
    install(FILES docs/man/${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
  endif()
endforeach()
if(EXISTS ${CMAKE_SOURCE_DIR}/tools/completions/fail2ban.bash)
  # bash looks for a file of the command's name.
  foreach(command fail2ban-client fail2ban-regex fail2ban-server)
    install(FILES tools/completions/fail2ban.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
      RENAME ${command})
  endforeach()
endif()
if(EXISTS ${CMAKE_SOURCE_DIR}/tools/completions/_fail2ban)
  install(FILES tools/completions/_fail2ban DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
endif()

# How a system starts the server and rotates its log; the paths in these files are those of the prefix /usr.
install(CODE "set(system \"${package_dir}/system\")")
install(CODE [[
  if(CMAKE_INSTALL_PREFIX MATCHES "^/(usr/?)?$")
    file(INSTALL DESTINATION /usr/lib/systemd/system TYPE FILE FILES ${system}/fail2ban.service)
    file(INSTALL DESTINATION /usr/lib/tmpfiles.d TYPE FILE FILES ${system}/fail2ban-tmpfiles.conf)
    file(INSTALL DESTINATION /etc/init.d TYPE PROGRAM RENAME fail2ban FILES ${system}/fail2ban.init)
    file(INSTALL DESTINATION /etc/default TYPE FILE RENAME fail2ban FILES ${system}/fail2ban.default)
    file(INSTALL DESTINATION /etc/logrotate.d TYPE FILE RENAME fail2ban FILES ${system}/fail2ban.logrotate)
    file(MAKE_DIRECTORY $ENV{DESTDIR}/var/lib/fail2ban)
  endif()
]])

file(STRINGS ${package_dir}/debian/changelog changelog LIMIT_COUNT 1)
if(NOT changelog MATCHES "^gaoler \\(${PROJECT_VERSION}-([0-9]+)\\)")
  message(FATAL_ERROR "tools/package/debian/changelog does not begin with version ${PROJECT_VERSION}")
endif()

set(CPACK_PACKAGE_NAME gaoler)
set(CPACK_PACKAGE_CONTACT "gaoler maintainers <maintainers@users.noreply.gaoler.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "ban hosts that cause authentication failures, in place of fail2ban")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"gaoler reads log files and the systemd journal, counts failed logins of
each address, and has the firewall refuse those that fail too often.

It takes the place of fail2ban: the files in /etc/fail2ban, the commands
fail2ban-server, fail2ban-client and fail2ban-regex, the socket, the
database and the log lines are the same. It needs no Python, and a
fraction of the processor time.")
set(CPACK_DEBIAN_PACKAGE_RELEASE ${CMAKE_MATCH_1})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PROVIDES "fail2ban (= 1.1.0)")
set(CPACK_DEBIAN_PACKAGE_CONFLICTS fail2ban)
set(CPACK_DEBIAN_PACKAGE_REPLACES fail2ban)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS libsystemd0)  # loaded when a jail reads the journal, so dpkg-shlibdeps does not see it
set(CPACK_DEBIAN_PACKAGE_PREDEPENDS "init-system-helpers (>= 1.54~)")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "nftables | iptables")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "default-mta | mail-transport-agent, python3, system-log-daemon, whois")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR DEB)

set(CPACK_GAOLER_DEBIAN ${package_dir}/debian)
set(CPACK_GAOLER_CONTROL ${CMAKE_BINARY_DIR}/debian)
set(CPACK_PRE_BUILD_SCRIPTS ${package_dir}/finish.cmake)
foreach(file conffiles preinst postinst prerm postrm)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CPACK_GAOLER_CONTROL}/${file})
endforeach()
include(CPack)
