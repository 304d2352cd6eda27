import ArgumentParser
import Hummingbird

/// The endpoint API as a real HTTP server, for tests and demonstrations.
@main
struct Emulator: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crosswatch-emulator",
    abstract: "Answers as the API of Defender for Endpoint does.")

  @Option(help: "The address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "The port to listen on.")
  var port = 8443

  func run() async throws {
    let router = Router()
    router.get("/") { _, _ in HTTPResponse.Status.ok }
    let application = Application(
      router: router, configuration: .init(address: .hostname(host, port: port)))
    try await application.runService()
  }
}
