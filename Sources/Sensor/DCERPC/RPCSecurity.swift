import Evidence
import Wire

/// The authentications of one association: one a security context, of which an association may have
/// several side by side (MS-RPCE section 3.3.1.5.4).
struct RPCSecurity {
  private struct Context {
    var id: UInt32
    var tokens = SecurityTokens(carrier: .dcerpc)
    /// Whether an authentication waits for a verdict.
    var isAuthenticating = false
    /// When the last token was seen.
    var last: Moment?
  }

  private var contexts: [Context] = []

  /// Contexts of one association: clients have one; a proxy for many users has some.
  private static let limit = 64

  /// Who authenticated in a context.
  func account(of id: UInt32) -> AccountName? { tokens(of: id)?.account }

  /// The ticket that was shown in a context.
  func ticket(of id: UInt32) -> Ticket? { tokens(of: id)?.ticket }

  private func tokens(of id: UInt32) -> SecurityTokens? {
    contexts.first { $0.id == id }?.tokens
  }

  /// Reads a token.
  mutating func take(
    _ token: Span<UInt8>, of id: UInt32, _ parties: Parties, _ place: Place,
    into output: inout Output
  ) {
    guard let index = index(of: id) else { return }
    contexts[index].isAuthenticating = true
    contexts[index].last = place.moment
    contexts[index].tokens.take(
      token, parties, from: place.side, at: place.moment, into: &output)
  }

  private mutating func index(of id: UInt32) -> Int? {
    if let index = contexts.firstIndex(where: { $0.id == id }) { return index }
    guard contexts.count < Self.limit else { return nil }
    contexts.append(Context(id: id))
    return contexts.count - 1
  }

  /// The verdict of an answer: on its own context, or on every one where it names none.
  mutating func finish(
    _ outcome: Activity.Outcome, of id: UInt32?, _ parties: Parties, at moment: Moment,
    into output: inout Output
  ) {
    for index in contexts.indices where contexts[index].isAuthenticating {
      guard id == nil || id == contexts[index].id else { continue }
      contexts[index].isAuthenticating = false
      contexts[index].tokens.finish(outcome, parties, at: moment, into: &output)
    }
  }

  /// The association is over.
  mutating func end(_ parties: Parties, into output: inout Output) {
    for index in contexts.indices where contexts[index].isAuthenticating {
      contexts[index].isAuthenticating = false
      guard let moment = contexts[index].last else { continue }
      contexts[index].tokens.finish(.unanswered, parties, at: moment, into: &output)
    }
  }
}
