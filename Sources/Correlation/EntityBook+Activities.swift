import Evidence

/// Who did what from where.
extension EntityBook {
  mutating func see(
    _ exchange: KerberosASExchange, _ activity: borrowing Activity, _ place: Int
  ) {
    let name = exchange.answeredClient ?? exchange.client
    let account = activity.account ?? AccountName(name: name, domain: exchange.realm)
    guard account.isNamed else { return }
    switch activity.outcome {
    case .success:
      let slot = meet(account, at: place, activity.time)
      use(slot, at: place, activity.time)
      count(slot, isLogon: true, activity.time)
    case .failure(let code):
      guard Failures.provesAccount(kerberos: code) else { return }
      let slot = meet(account, at: place, activity.time)
      if Failures.isRefusal(kerberos: code) { count(slot, isLogon: false, activity.time) }
    case .unanswered, .unknown:
      break
    }
  }

  mutating func see(
    _ exchange: KerberosTGSExchange, _ activity: borrowing Activity, _ place: Int
  ) {
    guard case .success = activity.outcome, let account = exchange.client ?? activity.account,
      account.isNamed
    else { return }
    let slot = meet(account, at: place, activity.time)
    // A service that asks on behalf of a user does not show that the user is there.
    if exchange.onBehalfOf == nil, exchange.additional.isEmpty {
      use(slot, at: place, activity.time)
    }
    let service = exchange.issued?.service ?? exchange.service
    if !Failures.isTicketGranting(service) { request(service, by: slot, activity.time) }
  }

  mutating func seeSession(_ activity: borrowing Activity, _ place: Int) {
    guard case .success = activity.outcome, let account = activity.account, account.isNamed
    else { return }
    use(meet(account, at: place, activity.time), at: place, activity.time)
  }

  mutating func see(
    _ logon: NTLMLogon, _ activity: borrowing Activity, _ place: Int,
    _ knowledge: borrowing Knowledge
  ) {
    let sent = AccountName(name: logon.user, domain: logon.domain)
    // What was met before under this spelling need not be examined again.
    guard let account = knows(sent, at: place) ? sent : domainAccount(logon) else { return }
    switch activity.outcome {
    case .success:
      let slot = meet(account, at: place, activity.time)
      use(slot, at: place, activity.time)
      count(slot, isLogon: true, activity.time)
      if logon.version == .v1 || logon.version == .v1ESS { mark(slot, .ntlmv1) }
    case .failure(let code):
      guard
        Failures.provesAccount(status: code) || knows(account, at: place)
          || knowledge.entry(for: account) != nil
      else { return }
      count(meet(account, at: place, activity.time), isLogon: false, activity.time)
    case .unanswered, .unknown:
      break
    }
  }

  /// The account of the directory that an NTLM logon names; nil for anonymous, local and services'
  /// own ones.
  private func domainAccount(_ logon: NTLMLogon) -> AccountName? {
    guard !WellKnownAccounts.contains(logon.user, domain: logon.domain) else { return nil }
    let isMemberServer = logon.serverName != nil && logon.serverDomain != nil
    if logon.domain.isEmpty || logon.domain == "." {
      // Without a domain the server looks among its own accounts first: the domain's on a controller.
      guard let domain = logon.serverDNSDomain else { return nil }
      return AccountName(name: logon.user, domain: domain)
    }
    if isMemberServer, logon.domain.uppercased() == logon.serverName?.uppercased() { return nil }
    return AccountName(name: logon.user, domain: logon.domain)
  }

  mutating func see(
    _ bind: LDAPBind, _ activity: borrowing Activity, _ place: Int
  ) {
    guard let account = activity.account, account.isNamed else { return }
    switch activity.outcome {
    case .success:
      let slot = meet(account, at: place, activity.time)
      use(slot, at: place, activity.time)
      guard bind.method == .simple else { return }
      count(slot, isLogon: true, activity.time)
      mark(slot, .cleartextBind)
    case .failure:
      if bind.method == .simple, knows(account, at: place) {
        count(meet(account, at: place, activity.time), isLogon: false, activity.time)
      }
    case .unanswered, .unknown:
      break
    }
  }
}

extension AccountName {
  /// Whether it is an account's name: not anonymous, no distinguished name, no service or well-known
  /// principal of several components.
  var isNamed: Bool {
    !name.isEmpty
      && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "=") }
  }
}

/// What failure codes say about the account.
enum Failures {
  /// KRB-ERROR codes that are said of accounts that exist: KDC_ERR_CLIENT_REVOKED 18,
  /// KDC_ERR_KEY_EXPIRED 23, KDC_ERR_PREAUTH_FAILED 24, KDC_ERR_PREAUTH_REQUIRED 25
  /// (RFC 4120 section 7.5.9).
  static func provesAccount(kerberos code: UInt32) -> Bool {
    code == 18 || code == 23 || code == 24 || code == 25
  }

  /// All of them but the invitation to pre-authenticate.
  static func isRefusal(kerberos code: UInt32) -> Bool { code != 25 }

  /// NTSTATUS codes that are said of accounts that exist (MS-ERREF section 2.3.1): wrong password,
  /// restriction, hours, workstation, expired password, disabled, expired account, must change,
  /// locked out.
  static func provesAccount(status: UInt32) -> Bool {
    switch status {
    case 0xC000_006A, 0xC000_006E...0xC000_0072, 0xC000_0193, 0xC000_0224, 0xC000_0234: true
    default: false
    }
  }

  static func isTicketGranting(_ service: String) -> Bool {
    service.utf8.first == UInt8(ascii: "k") && service.hasPrefix("krbtgt/")
  }
}
