public import Evidence

/// Somebody copies the directory's database, or a computer's passwords, over the network.
public struct SMBExfiltration: Detection {
  public static let card = Card(
    slug: "smb-exfiltration", title: "Data exfiltration over SMB", severity: .high,
    phase: .exfiltration, techniques: ["T1048.003", "T1570", "T1003.003"], aliases: ["2030"],
    kinds: [.smbFile],
    meaning: "The directory's database holds all passwords of the domain, the hives those of a "
      + "computer, a dump of LSASS those of all who are logged on.",
    needs: "Files read over SMB that is not encrypted.",
    blindSpots: [
      "SMB3 sessions that encrypt", "Copies under other names; the amount read is not measured",
    ],
    lookalikes: ["Backup programs", "A new controller that is set up from a copy of the database"],
    nextSteps: [
      "If the database was copied, change all passwords of the domain, krbtgt's twice",
      "Isolate the source, and find where the copy went",
      "See how the copy was made at the server: shadow copies, ntdsutil",
    ],
    identity: [.source, .target],
    thresholds: [
      Card.Threshold("files", 1, "nobody reads these files over the network but backups")
    ])

  private static let hives: Set<Substring> = ["sam", "security", "system"]
  private static let copyEndings = [".save", ".hiv", ".hive", ".bak", ".dmp", ".old"]

  public init(_ settings: DetectionSettings) {}

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard case .smbFile(let file) = activity.detail, file.action == .read,
      activity.outcome == .success, file.path.utf8.count <= 4096,
      !knowledge.isControllerHost(activity.source.address, at: activity.time),
      let what = Self.secret(file.path.lowercased())
    else { return }
    var finding = Finding(.high, 0.85, of: activity, knowledge)
    finding.explanation =
      "\(finding.actor) read \(file.path) on \(file.tree): \(what). Backup programs do, from hosts "
      + "that always do."
    finding.pieces = [Finding.Piece(activity, "read \(file.tree)\\\(file.path)")]
    findings.append(finding)
  }

  /// What a file, named in lower case, holds; nil where it is nothing of interest.
  private static func secret(_ path: String) -> String? {
    let name = path.afterLast("\\")
    if name == "ntds.dit" || (name.hasPrefix("ntds") && name.hasSuffix(".dit")) {
      return "the directory's database, with all passwords of the domain"
    }
    if name == "hiberfil.sys" { return "the memory of a computer at rest" }
    if name.hasPrefix("lsass"), name.hasSuffix(".dmp") || name.hasSuffix(".zip") {
      return "the memory of LSASS, with the secrets of all who are logged on"
    }
    let isInPlace =
      path.hasOctets("system32\\config\\") || path.hasOctets("windows\\repair\\")
      || path.hasOctets("@gmt-") || path.hasOctets("\\registry\\")
    if hives.contains(name), isInPlace { return "a hive, with passwords of the computer" }
    for ending in copyEndings where name.hasSuffix(ending) {
      if hives.contains(name.dropLast(ending.utf8.count)) {
        return "a copy of a hive, with passwords of the computer"
      }
    }
    return nil
  }
}
