import Evidence
import Wire

/// The authentication of one session or connection: GSS-API, SPNEGO, Kerberos and NTLM tokens, in
/// whatever protocol they travel.
///
/// The protocol around hands in each token as it comes, then its own verdict; this says the lines of
/// `decode` (`kerberos`, `ntlmssp`) and the activities (`kerberosAP`, `ntlm`), and keeps who
/// authenticated.
struct SecurityTokens {
  let carrier: Carrier
  /// Who authenticated, as far as a token named them (NTLM does, a Kerberos ticket does not).
  private(set) var account: AccountName?
  /// The ticket shown, where Kerberos was used.
  private(set) var ticket: Ticket?

  init(carrier: Carrier) { self.carrier = carrier }

  /// Reads one token; anything that is no token is passed over and counted.
  mutating func take(
    _ token: Span<UInt8>, _ parties: Parties, from side: Side, at moment: Moment,
    into output: inout Output
  ) {}

  /// The carrier's verdict on the authentication: completes the activity that waits for it.
  mutating func finish(
    _ outcome: Activity.Outcome, _ parties: Parties, at moment: Moment, into output: inout Output
  ) {}
}
