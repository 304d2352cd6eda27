import ArgumentParser
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import NIOCore
import NIOSSL

/// The endpoint API as a real HTTP server, for tests and demonstrations.
@main
struct Emulator: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crosswatch-emulator",
    abstract: "Answers as the APIs of Defender for Endpoint and Graph security do.",
    discussion: """
      Prints the address that it listens on. Without --data it holds a small built-in environment.
      A trouble is KIND, KIND:COUNT or KIND:COUNT@AFTER so many good answers; kinds: \(Trouble.help).

      EXAMPLES
        crosswatch-emulator --port 8443
        crosswatch-emulator --data Workspaces/alpine/endpoint --page-size 3
        crosswatch-emulator --trouble throttled:2 --trouble broken:1
        curl -X POST 'http://127.0.0.1:8443/emulator/troubles?trouble=switched-off'
        curl -X DELETE http://127.0.0.1:8443/emulator/troubles
      """)

  @Option(help: "The address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "The port to listen on; 0 takes a free one.")
  var port = 8443

  @Option(help: ArgumentHelp("A folder with alerts.json and machines.json.", valueName: "DIR"))
  var data: String?

  @Option(help: ArgumentHelp("Alerts to invent on top, for paging.", valueName: "N"))
  var extraAlerts = 0

  @Option(help: ArgumentHelp("The tenant that it answers for.", valueName: "ID"))
  var tenant = DemoData.tenant

  @Option(help: ArgumentHelp("The application's identity.", valueName: "ID"))
  var clientId = "crosswatch-demo"

  @Option(
    help: ArgumentHelp(
      "A file with the application's secret; without one it is 'emulator'.", valueName: "FILE"))
  var secretFile: String?

  @Option(help: ArgumentHelp("Documents on one page at most.", valueName: "N"))
  var pageSize = 10_000

  @Option(help: ArgumentHelp("Seconds that a throttled answer asks for.", valueName: "N"))
  var retryAfter = 1

  @Option(help: ArgumentHelp("Seconds that a token lives.", valueName: "N"))
  var tokenLife = 3599

  @Option(help: ArgumentHelp("What goes wrong, in this order; may be repeated.", valueName: "T"))
  var trouble: [Trouble] = []

  @Option(help: ArgumentHelp("A permission that tokens lack.", valueName: "NAME"))
  var without: [String] = []

  @Option(help: ArgumentHelp("A certificate in PEM: answers over HTTPS.", valueName: "FILE"))
  var certificate: String?

  @Option(help: ArgumentHelp("The certificate's key in PEM.", valueName: "FILE"))
  var key: String?

  func validate() throws {
    guard (certificate == nil) == (key == nil) else {
      throw ValidationError("--certificate and --key belong together.")
    }
    guard pageSize > 0, extraAlerts >= 0, retryAfter >= 0, tokenLife > 0 else {
      throw ValidationError("Counts and seconds must not be negative.")
    }
  }

  func run() async throws {
    let peer = Peer(settings: try settings(), troubles: Troubles(trouble))
    let scheme = certificate == nil ? "http" : "https"
    let application = Application(
      router: routes(peer), server: try server(),
      configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? port
        Emulator.say("listening on \(scheme)://\(host):\(port)")
      })
    try await application.runService()
  }

  private func settings() throws -> Peer.Settings {
    var secret = "emulator"
    if let secretFile {
      secret = try String(contentsOfFile: secretFile, encoding: .utf8)
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
    return Peer.Settings(
      tenant: tenant, clientID: clientId, secret: secret, folder: data,
      extraAlerts: extraAlerts, pageSize: pageSize, retryAfter: retryAfter, tokenLife: tokenLife,
      missingRoles: Set(without))
  }

  private func server() throws -> HTTPServerBuilder {
    guard let certificate, let key else { return .http1() }
    let chain = try NIOSSLCertificate.fromPEMFile(certificate)
    let configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
    return try .tls(tlsConfiguration: configuration)
  }

  /// One line to standard output, which a test or a script waits for.
  static func say(_ line: String) {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
    } catch {
      // Nobody listens: the server serves all the same.
      return
    }
  }
}
