# bash completion for onex; installed as share/bash-completion/completions/onex.
_onex()
{
	local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]}
	local verbs="new run audit trace diff pack template dictionary"
	local datasets="account application approval assessment certificate city_review complaint decision fee_ceiling major performance published region school"
	local options=
	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		COMPREPLY=($(compgen -W "$verbs --help --version" -- "$word"))
		return
	fi
	case $verb in
	run) options="--fail-on --force --profile --json --quiet --verbose --help" ;;
	audit) options="--archived-rules --seed --json --quiet --help" ;;
	trace) options="--json --help" ;;
	diff) options="--output --json --quiet --fail-on-change --help" ;;
	pack) options="--output --quiet --help" ;;
	template | dictionary) options="--output --help" ;;
	new) options="--help" ;;
	esac
	case $previous in
	--fail-on) COMPREPLY=($(compgen -W "note review return reject" -- "$word")); return ;;
	-o | --output) COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null; return ;;
	esac
	case $word in
	-*) COMPREPLY=($(compgen -W "$options" -- "$word")); return ;;
	esac
	if [ "$verb" = template ]; then
		COMPREPLY=($(compgen -W "$datasets" -- "$word"))
	elif [ "$verb" = trace ] && [ "$COMP_CWORD" -ge 3 ]; then
		COMPREPLY=($(compgen -W "allocation/ application/ school/ certificate/ finding/ cell/" -- "$word"))
		compopt -o nospace 2>/dev/null
	else
		COMPREPLY=($(compgen -f -- "$word"))
		compopt -o filenames 2>/dev/null
	fi
}
complete -F _onex onex
