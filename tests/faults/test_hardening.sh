#!/bin/sh
# How the programs are compiled: read from the programs themselves.
B=${B:-build}
n=0
bad=0
check() { # status, what
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else
		echo "not ok $n - $2"
		bad=1
	fi
}
if [ -n "${ONEX_SANITIZED:-}" ]; then
	echo "ok 1 - hardening of the programs # SKIP a sanitized or measured build is not what is installed"
	exit 0
fi
for program in onex onex-ingest onex-validate onex-transform onex-report; do
	path="$B/$program"
	headers=$(readelf -W -h -l -d "$path")
	symbols=$(readelf -W --dyn-syms "$path")
	echo "$headers" | grep -q 'Type: *DYN' && echo "$headers" | grep -q 'FLAGS_1.*PIE'
	check $? "$program is position independent"
	echo "$headers" | grep -q GNU_RELRO && echo "$headers" | grep -Eq 'BIND_NOW|FLAGS_1.*NOW'
	check $? "$program: relocations are read-only, bound at the start"
	echo "$headers" | grep 'GNU_STACK' | grep -q 'RW ' && ! echo "$headers" | grep 'GNU_STACK' | grep -q 'RWE'
	check $? "$program: the stack is not executable"
	echo "$headers" | grep 'LOAD' | grep -q 'RWE'
	[ $? -eq 1 ]
	check $? "$program: nothing is both writable and executable"
	echo "$symbols" | grep -q __stack_chk_fail
	check $? "$program: stack protector"
	echo "$symbols" | grep -Eq '__(sn|f|v|vsn|mem|str|read|pread|fread)[a-z]*_chk'
	check $? "$program: FORTIFY"
	echo "$headers" | grep -Eq 'RPATH|RUNPATH'
	[ $? -eq 1 ]
	check $? "$program: libraries come from the system's folders only"
	echo "$symbols" | grep -Eqw 'UND (system|popen|gets|mktemp|tmpnam|tempnam|strcpy|strcat|sprintf|socket|connect|getaddrinfo|dlopen)(@|$)'
	[ $? -eq 1 ]
	check $? "$program calls no shell, socket, unsafe temporary name or unbounded copy"
	echo "$headers" | grep ' LOAD ' | grep -q ' R E ' && echo "$headers" | grep ' LOAD ' | grep -q ' R   '
	check $? "$program: code stands in pages of its own, data that is only read in others"
done
# Marks for indirect jumps are read from an object, for the C library's start code has none and
# the linker leaves them out of a program then; zeroed variables from what the compiler was given.
case $(uname -m) in
x86_64) marks='IBT.*SHSTK' ;;
aarch64) marks='BTI.*PAC' ;;
*) marks= ;;
esac
for folder in common ingest validate transform report onex; do
	object=$(ls "$B"/obj/$folder/*.o | head -1)
	[ -z "$marks" ] || readelf -n "$object" | grep -q "$marks"
	check $? "$folder: objects are marked for indirect jumps and shadow stacks ($(uname -m))"
	! readelf -p .debug_line_str -p .debug_str "$object" | grep -q 'GNU C' ||
		readelf -p .debug_line_str -p .debug_str "$object" | grep -q 'ftrivial-auto-var-init=zero'
	check $? "$folder: variables on the stack begin as zero"
done
exit $bad
