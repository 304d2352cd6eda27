public import Evidence

/// A program is written to an administrative share, and then made to run on the same computer.
public struct AdminShareAndExecution: Detection {
  public static let card = Card(
    slug: "admin-share-and-execution", title: "Administrative share write followed by execution",
    severity: .high, phase: .lateralMovement,
    techniques: ["T1021.002", "T1570", "T1569.002", "T1047", "T1053"], aliases: ["BZAR-1"],
    kinds: [.smbFile, .rpc],
    meaning: "Copying a program to ADMIN$ or C$ and starting it there is how tools move from "
      + "computer to computer.",
    needs: "The file's name and the call that runs it, both in clear; of a sealed call the "
      + "operation number.",
    blindSpots: ["SMB3 sessions that encrypt", "Programs written by another way"],
    lookalikes: [
      "Software distribution that pushes its agent", "PsExec in an administrator's hand",
    ],
    nextSteps: [
      "Fetch the program from the target and examine it",
      "Isolate source and target if nobody knows it",
      "Exclude the computer that distributes software",
    ],
    identity: [.source, .target],
    thresholds: [Card.Threshold("minutes", 10, "BZAR's window: tools take seconds, people minutes")]
  )

  private var written: Window<Route, String>

  public init(_ settings: DetectionSettings) {
    written = Window(span: .minutes(10), entries: 64, total: 16_384)
  }

  public var evictions: UInt64 { written.evictions }

  public mutating func see(
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge,
    _ findings: inout [Finding]
  ) {
    guard activity.source.address != activity.target.address else { return }
    let route = Route(activity)
    if case .smbFile(let file) = activity.detail {
      guard file.action == .write || file.action == .create, activity.outcome == .success,
        SMBTree(path: file.tree).isAdministrative,
        let name = ServicePath.program(in: file.path), !ServicePath.isDistribution(name)
      else { return }
      written.addOnce(name, for: route, at: activity.time, activity.proof)
      return
    }
    guard written.count(for: route) > 0, let execution = RemoteExecution(activity),
      // Copying a script and opening a session is how administrators work.
      execution.isNew, execution.method != .powershell
    else { return }
    let files = written.entries(for: route).filter {
      activity.time.since($0.time) <= written.span
    }
    let named = execution.command.flatMap { command in
      files.last { command.lowercased().hasOctets($0.value) }
    }
    // What is run and can be read must be what was written; of a sealed call that is not known.
    guard let file = named ?? (execution.command == nil ? files.last : nil) else { return }
    findings.append(
      finding(execution, file, isNamed: named != nil, activity, knowledge))
  }

  private func finding(
    _ execution: RemoteExecution, _ file: WindowEntry<String>, isNamed: Bool,
    _ activity: borrowing Activity, _ knowledge: borrowing Knowledge
  ) -> Finding {
    let scene = Scene(activity, knowledge)
    let pause = Words.span(activity.time.since(file.time))
    var result = scene.finding(
      isNamed ? .high : .medium, (isNamed ? 0.9 : 0.65) * scene.source.trust,
      "\(scene.actor) wrote \(file.value) to an administrative share of \(scene.target.name) and "
        + "\(pause) later "
        + (isNamed
          ? "ran it there by \(execution.method.rawValue)."
          : "used \(execution.method.rawValue) there; what that runs is sealed.")
        + " Software distribution does the same from its own server.",
      "run by \(execution.method.rawValue)")
    result.pieces.insert(
      Finding.Piece(file.proof, file.time, "\(file.value) written to an administrative share"),
      at: 0)
    return result
  }
}
