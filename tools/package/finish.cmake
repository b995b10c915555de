# Run by cpack when everything is staged in CPACK_TEMPORARY_DIRECTORY: compresses man pages, adds the documents that
# Debian's policy asks for, and writes the control files, which name what is staged under /etc.

set(root ${CPACK_TEMPORARY_DIRECTORY})
set(doc ${root}/usr/share/doc/gaoler)
file(MAKE_DIRECTORY ${doc} ${root}/usr/share/lintian/overrides)
file(COPY ${CPACK_GAOLER_DEBIAN}/copyright DESTINATION ${doc})
file(COPY_FILE ${CPACK_GAOLER_DEBIAN}/changelog ${doc}/changelog.Debian)
file(COPY_FILE ${CPACK_GAOLER_DEBIAN}/../../../CHANGELOG.md ${doc}/changelog)
file(COPY_FILE ${CPACK_GAOLER_DEBIAN}/lintian-overrides ${root}/usr/share/lintian/overrides/gaoler)
file(GLOB pages ${root}/usr/share/man/man*/*.[1-8])
execute_process(COMMAND gzip -9nf ${pages} ${doc}/changelog ${doc}/changelog.Debian COMMAND_ERROR_IS_FATAL ANY)

file(GLOB_RECURSE etc LIST_DIRECTORIES false RELATIVE ${root} ${root}/etc/*)
list(SORT etc)
list(TRANSFORM etc PREPEND / OUTPUT_VARIABLE conffiles)
list(JOIN conffiles "\n" lines)
list(JOIN conffiles " " GAOLER_CONFFILES)

set(control ${CPACK_GAOLER_CONTROL})
file(MAKE_DIRECTORY ${control})
file(WRITE ${control}/conffiles "${lines}\n")
file(COPY ${CPACK_GAOLER_DEBIAN}/prerm DESTINATION ${control})
foreach(script preinst postinst postrm)
  configure_file(${CPACK_GAOLER_DEBIAN}/${script}.in ${control}/${script} @ONLY)
endforeach()
execute_process(
  COMMAND tar --create --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C ${root} ${etc}
  COMMAND gzip -9n
  COMMAND base64
  COMMAND sed "s/^/# /"
  OUTPUT_VARIABLE archive COMMAND_ERROR_IS_FATAL ANY)
file(APPEND ${control}/preinst "${archive}")
