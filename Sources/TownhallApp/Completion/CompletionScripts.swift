extension Shell {
  /// What the shell runs to have calls of townhall completed.
  ///
  /// All three hand the words over and put in what comes back: what fits where, and for bash also how it is quoted, is
  /// this program's to know. Nothing that comes back is ever read as a program.
  var script: String {
    switch self {
    case .bash: Self.bashScript
    case .zsh: Self.zshScript
    case .fish: Self.fishScript
    }
  }

  // bash takes words apart at colons and equals signs, which addresses and fields hold: so it hands over the line.
  private static let bashScript = #"""
    # townhall: completion for bash, as 'townhall completion bash' prints it.
    _townhall() {
      local -a answer=()
      local line
      COMPREPLY=()
      while IFS= read -r line; do
        answer+=("$line")
      done < <("${1/#\~\//$HOME/}" complete bash --breaks="$COMP_WORDBREAKS" -- \
        "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
      case "${answer[0]-}" in
        files) compopt -o bashdefault -o default ;;
        folders) compopt -o dirnames ;;
        part) compopt -o nospace ;;
      esac
      COMPREPLY=("${answer[@]:1}")
    } 2>/dev/null
    complete -F _townhall townhall

    """#

  private static let zshScript = #"""
    #compdef townhall
    # townhall: completion for zsh, as 'townhall completion zsh' prints it.
    _townhall() {
      emulate -L zsh
      local program=${(Q)words[1]} line
      local -a before answer fields whole whole_shown part part_shown help
      before=("${(@Q)words[2,CURRENT-1]}")
      (( CURRENT > 2 )) || before=()
      answer=("${(@f)$(command "${program/#\~\//$HOME/}" complete zsh -- "${before[@]}" "${(Q)PREFIX}" 2>/dev/null)}")
      for line in "${answer[@]}"; do
        fields=("${(@ps:\t:)line}")
        case $fields[1] in
          files) compset -P '--*='; _files; return ;;
          folders) compset -P '--*='; _files -/; return ;;
          word) whole+=("$fields[2]"); whole_shown+=("$fields[2]${fields[3]:+  -- $fields[3]}") ;;
          part) part+=("$fields[2]"); part_shown+=("$fields[2]${fields[3]:+  -- $fields[3]}") ;;
        esac
        [[ -n $fields[3] ]] && help=(-l)
      done
      local found=1
      (( $#whole )) && compadd "${help[@]}" -d whole_shown -a whole && found=0
      (( $#part )) && compadd "${help[@]}" -S '' -d part_shown -a part && found=0
      return found
    }
    if [[ $funcstack[1] == _townhall ]]; then
      _townhall "$@"
    else
      compdef _townhall townhall
    fi

    """#

  private static let fishScript = #"""
    # townhall: completion for fish, as 'townhall completion fish' prints it.
    function __townhall_complete
        set -l before (commandline --tokens-expanded -pc 2>/dev/null; or commandline -opc)
        set -l typed (commandline -ct | string collect --allow-empty)
        set -l program (string replace -r '^~/' -- "$HOME/" $before[1])
        set -l answer (command $program complete fish -- $before[2..-1] "$typed" 2>/dev/null)
        switch "$answer[1]"
            case files
                __fish_complete_path "$typed"
            case folders
                __fish_complete_directories "$typed"
            case '*'
                printf '%s\n' $answer
        end
    end
    complete -c townhall -f -a '(__townhall_complete)'

    """#
}
