/// What is judged of a person's files.
extension Diagnosis {
  static func files(_ facts: DoctorFacts) -> [Finding] {
    [settings(facts)] + facts.folders.map(folder) + [knownServers(facts), token(facts)]
  }

  static func settings(_ facts: DoctorFacts) -> Finding {
    let (settings, check) = (facts.settings, "settings")
    guard let path = settings.path else {
      return .note(
        check,
        "there is no place for a settings file: neither XDG_CONFIG_HOME nor HOME is set",
        fix: "export XDG_CONFIG_HOME=/a/folder/of/yours",
        brief: "HOME is not set"
      )
    }
    guard let first = settings.problems.first else {
      return .ok(check, settings.isThere ? "\(path) holds" : "the usual ones; \(path) is not there")
    }
    let rest = settings.problems.count > 1 ? ", and \(settings.problems.count - 1) more" : ""
    return .bad(
      check,
      "\(path), \(first)\(rest)",
      fix: "townhall settings   # tells all of them",
      brief: "the settings have mistakes"
    )
  }

  static func folder(_ folder: DoctorFacts.Folder) -> Finding {
    let check = "folder-\(folder.purpose)"
    guard let path = folder.path else {
      let variable = folder.purpose == "data" ? "XDG_DATA_HOME" : "XDG_STATE_HOME"
      return .note(
        check,
        "there is no place to keep anything: neither \(variable) nor HOME is a folder",
        fix: "export \(variable)=/a/folder/of/yours",
        brief: "nothing is remembered here"
      )
    }
    switch folder.state {
    case .writable: return .ok(check, path)
    case .missing: return .ok(check, "\(path), which is made when something is kept")
    case .closed(let reason):
      return .bad(
        check,
        "nothing can be kept in \(path): \(reason)",
        fix: "ls -ld \(shellQuoted(path)) && chmod u+rwx \(shellQuoted(path))",
        brief: "nothing can be remembered"
      )
    }
  }

  private static func knownServers(_ facts: DoctorFacts) -> Finding {
    let (known, check) = (facts.knownServers, "known-servers")
    guard let path = known.path else { return .ok(check, "none, and no place for them") }
    if let trouble = known.trouble {
      return .bad(check, trouble, fix: "chmod u+rw \(shellQuoted(path))")
    }
    guard let broken = known.brokenLines.first else {
      return .ok(check, known.count == 0 ? "none trusted yet" : "\(known.count) in \(path)")
    }
    return .bad(
      check,
      "\(path), line \(broken): this is not a host with its port and a fingerprint",
      fix: "sed -i \(broken)d \(shellQuoted(path))"
    )
  }

  /// Tokens are never printed, nor is where they lie: some put the token itself there.
  private static func token(_ facts: DoctorFacts) -> Finding {
    let (token, check) = (facts.token, "access-token")
    let (text, file) = Surroundings.accessToken
    if let trouble = token.trouble {
      return .bad(check, "the file that \(file) names: \(trouble)", fix: "ls -l \"$\(file)\"")
    }
    if token.isOpenToOthers {
      return .note(
        check,
        "others on this machine can read the file that \(file) names",
        fix: "chmod 600 \"$\(file)\""
      )
    }
    if token.isGiven, token.isInFile {
      return .note(
        check,
        "\(text) is set, and so is \(file), which does not count then",
        fix: "unset \(text)"
      )
    }
    let source =
      token.isGiven ? "\(text) is set" : token.isInFile ? "\(file) is set" : "none is set"
    return .ok(check, source)
  }
}
