/// A line on a terminal that says how far a replay is; nothing where there is no terminal.
public final class ProgressBar {
  private let console: Console
  private let label: String
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var drawn: ContinuousClock.Instant?
  private var isVisible = false

  /// Often enough to look alive, seldom enough to cost nothing.
  private static let interval: Duration = .milliseconds(100)
  private static let width = 32

  public init(_ label: String, console: Console) {
    self.label = label
    self.console = console
    start = clock.now
  }

  /// Draws the bar at a share of the whole, both in octets.
  public func update(_ done: UInt64, of total: UInt64) {
    guard console.showsProgress, total > 0 else { return }
    let now = clock.now
    if let drawn, now - drawn < ProgressBar.interval { return }
    drawn = now
    isVisible = true
    let share = min(1, Double(done) / Double(total))
    let eighths = Int(share * Double(ProgressBar.width * 8))
    let parts = Array(" ▏▎▍▌▋▊▉")
    var bar = String(repeating: "█", count: eighths / 8)
    if eighths % 8 > 0 { bar.append(parts[eighths % 8]) }
    bar += String(repeating: " ", count: ProgressBar.width - bar.count)
    let seconds = (now - start).seconds
    let rate = seconds > 0 ? Double(done) / seconds : 0
    let percent = Quantity.padded("\(Int(share * 100))", 3)
    console.notes("\r\(label) ▕\(bar)▏ \(percent) %  \(Quantity.bytes(rate))/s\u{1B}[K")
  }

  /// Takes the bar away.
  public func finish() {
    guard isVisible else { return }
    isVisible = false
    console.notes("\r\u{1B}[K")
  }
}

extension Duration {
  /// Seconds with their fraction.
  var seconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}
