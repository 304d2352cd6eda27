import ArgumentParser

/// Identity and endpoint correlation from network traffic.
@main
struct Crosswatch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crosswatch",
    abstract: "Watch domain controllers' traffic and join identities with endpoint alerts.",
    subcommands: [])
}
