import AsyncHTTPClient
import Evidence
import NIOCore
import NIOHTTP1
import NIOSSL
import Workspaces

/// Sends requests and has patience: it keeps within the calls allowed, waits as long as it is asked
/// to, and tries again what failed on the way.
struct PatientClient: Sendable {
  private let client: HTTPClient
  private let pace: Pace
  private let patience: Patience
  private let budget: CallBudget

  /// Octets of one answer: a page of 1,000 alerts with evidence has about 10 MB.
  static let maximumByteCount = 128 << 20

  /// What came back.
  struct Reply: Sendable {
    var status: Int
    var retryAfter: String?
    var body: [UInt8]
  }

  /// A request that can be sent again; what it carries is never printed.
  struct Call: Sendable {
    var url: String
    var headers: [(String, String)] = []
    /// The fields of a form to post; nil for a plain request.
    var form: [(String, String)]?
  }

  /// Certificates in `trusted`, a PEM file, are believed besides those of the system's authorities.
  init(trusted: String?, pace: Pace, patience: Patience) throws(EndpointFailure) {
    var tls = TLSConfiguration.makeClientConfiguration()
    if let trusted {
      do {
        tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMFile(trusted))]
      } catch {
        throw EndpointFailure(
          .configuration, "\(trusted): certificates in PEM cannot be read: \(error)")
      }
    }
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: tls,
      // A redirection would carry the token to another place.
      redirectConfiguration: .disallow,
      timeout: HTTPClient.Configuration.Timeout(connect: .seconds(10), read: .seconds(60)))
    // Trying again is done here, with our own patience.
    configuration.connectionPool.retryConnectionEstablishment = false
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    self.pace = pace
    self.patience = patience
    budget = CallBudget(pace: pace)
  }

  /// Must be called once, at the end.
  func close() async {
    do {
      try await client.shutdown()
    } catch {
      // Connections that do not end in order end with the process.
      return
    }
  }

  /// Sends a call until it is answered with something other than "later"; the answer may be a
  /// refusal.
  func send(_ call: Call) async throws -> Reply {
    var last = EndpointFailure(.unreachable, "\(place(call)): no attempt was made")
    for attempt in 1...max(1, patience.attempts) {
      try await budget.spend()
      var asked: Instant.Span?
      do {
        let reply = try await once(call)
        guard reply.status == 429 || reply.status >= 500 else { return reply }
        asked = reply.retryAfter.flatMap { seconds($0) }
        last = failure(reply, call)
        if let asked, asked > patience.longestAsked { throw last }
      } catch let failure as EndpointFailure {
        throw failure
      } catch let cancellation as CancellationError {
        throw cancellation
      } catch {
        last = EndpointFailure(.unreachable, "\(place(call)): \(PatientClient.words(error))")
      }
      guard attempt < patience.attempts else { break }
      let wait =
        asked.map { patience.wait(asked: $0, chance: pace.random()) }
        ?? patience.wait(before: attempt, chance: pace.random())
      try await pace.sleep(wait)
    }
    throw last
  }

  private func once(_ call: Call) async throws -> Reply {
    var request = HTTPClientRequest(url: call.url)
    for (name, value) in call.headers { request.headers.add(name: name, value: value) }
    if let form = call.form {
      request.method = .POST
      request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
      let text = form.map { "\($0)=\(PatientClient.escaped($1))" }.joined(separator: "&")
      request.body = .bytes(Array(text.utf8))
    }
    let response = try await client.execute(request, timeout: .seconds(120))
    let body = try await response.body.collect(upTo: PatientClient.maximumByteCount)
    return Reply(
      status: Int(response.status.code), retryAfter: response.headers.first(name: "Retry-After"),
      body: Array(body.readableBytesView))
  }

  /// Seconds of a Retry-After; a date there (RFC 9110 section 10.2.3) is passed over.
  private func seconds(_ text: String) -> Instant.Span? {
    guard let count = Int64(text), (0...86_400).contains(count) else { return nil }
    return .seconds(count)
  }

  private func failure(_ reply: Reply, _ call: Call) -> EndpointFailure {
    guard reply.status == 429 else {
      return EndpointFailure(.failing, "\(place(call)): HTTP \(reply.status)")
    }
    let asked = reply.retryAfter.map { ", Retry-After \($0.prefix(20)) s" } ?? ""
    return EndpointFailure(.throttled, "\(place(call)): HTTP 429\(asked)")
  }

  /// Where a call goes, without its query.
  private func place(_ call: Call) -> String {
    String(call.url.prefix { $0 != "?" })
  }

  /// What a library says, which for a refused connection is the system's word.
  private static func words(_ error: any Error) -> String {
    let text = "\(error)"
    for (sign, words) in [
      ("onnection refused", "connection refused"), ("errno: 111", "connection refused"),
      ("connectTimeout", "no connection within 10 s"),
      ("certificate", "its certificate is not trusted"),
      ("CERTIFICATE", "its certificate is not trusted"),
      ("remoteConnectionClosed", "the connection broke off"),
      ("ended at an unexpected time", "the connection broke off"),
      ("readTimeout", "no answer within 60 s"), ("deadlineExceeded", "no answer within 120 s"),
    ] where text.contains(sign) {
      return words
    }
    return text
  }

  /// A form's value (the URL standard's application/x-www-form-urlencoded, blanks as %20).
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for octet in text.utf8 {
      switch octet {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"):
        escaped.unicodeScalars.append(Unicode.Scalar(octet))
      default:
        let hex = String(octet, radix: 16, uppercase: true)
        escaped += octet < 16 ? "%0\(hex)" : "%\(hex)"
      }
    }
    return escaped
  }
}
