import Evidence
import Foundation

/// `crosswatch endpoint sync --watch`: fetches again and again.
public struct EndpointWatch: Sendable {
  private let folder: WorkspaceFolder
  private let seconds: Int

  public init(_ folder: WorkspaceFolder, every seconds: Int) {
    self.folder = folder
    self.seconds = seconds
  }

  /// Fetches until the process is asked to stop; what goes wrong on the way is said, and tried again.
  ///
  /// It ends with an error where trying again has no sense: a wrong configuration, or an integration
  /// that was removed.
  public func run(_ say: (String) -> Void) async throws {
    StopSignal.listen()
    while !StopSignal.wasGiven {
      do {
        say(EndpointWatch.words(try await EndpointSync(folder).run(), folder))
      } catch let failure as Failure where failure.code == .failed {
        say("crosswatch: \(failure.message)")
      }
      for _ in 0..<(seconds * 10) where !StopSignal.wasGiven {
        try await Task.sleep(nanoseconds: 100_000_000)
      }
    }
  }

  /// What a fetch brought, in one line.
  public static func words(_ result: EndpointSync.Result, _ folder: WorkspaceFolder) -> String {
    let damage =
      result.damage.isEmpty ? "" : "; \(result.damage.count) documents were passed over"
    return "Fetched \(result.alertCount) alerts and \(result.deviceCount) devices on "
      + "\(result.pageCount) pages into workspace '\(folder.name)'\(damage)."
  }
}
