public import Evidence

extension Correlator {
  /// Fills in the account of an activity where the traffic says it elsewhere: a ticket's account is
  /// named by the reply that issued it, and what follows an authentication in a conversation is done
  /// by who authenticated.
  public mutating func attribute(_ activity: inout Activity) {
    switch activity.detail {
    case .kerberosAP(let exchange):
      if activity.account == nil {
        activity.account = knowledge.tickets.account(for: exchange.ticket.fingerprint)
      }
      remember(activity, exchange.carrier)
    case .ntlm(let logon):
      remember(activity, logon.carrier)
    case .kerberosTGS(let exchange):
      nameClient(of: exchange, in: &activity)
    case .rpc, .smbSession, .smbTree, .smbFile, .smbAnomaly, .ldapBind, .ldapSearch, .ldapChange:
      if activity.account == nil, let ticket = activity.ticket {
        activity.account = knowledge.tickets.account(for: ticket.fingerprint)
      }
      if activity.account == nil {
        activity.account = logons.account(from: activity.source, to: activity.target)
      }
    case .kerberosAS, .dns, .dnsTransfer, .dnsUpdate, .nameAnnouncement, .timeRequest,
      .remoteAccess:
      break
    }
  }

  /// A request is its ticket's account's where the answer does not name the client: it was refused,
  /// or FAST hid the names (RFC 6113 section 5.4.3 and RFC 8062: `WELLKNOWN/ANONYMOUS`).
  private mutating func nameClient(
    of exchange: KerberosTGSExchange, in activity: inout Activity
  ) {
    let isHidden = exchange.client?.isWellKnownAnonymous ?? false
    guard activity.account == nil || isHidden else { return }
    let account = exchange.presented.flatMap { presented in
      knowledge.tickets.account(for: presented.fingerprint)
    }
    activity.account = account
    guard isHidden else { return }
    var named = exchange
    named.client = account
    activity.detail = .kerberosTGS(named)
  }

  /// Remembers who authenticated, unless it is known to have failed.
  private mutating func remember(_ activity: borrowing Activity, _ carrier: Carrier) {
    guard let account = activity.account, !account.isAnonymous, !account.isWellKnownAnonymous
    else { return }
    if case .failure = activity.outcome { return }
    switch carrier {
    case .smb1, .smb2, .ldap, .dcerpc:
      logons.note(
        account, from: activity.source, to: activity.target,
        isMultiplexed: carrier == .smb1 || carrier == .smb2)
    case .kerberos, .kpasswd, .http, .dns, .tds, .other:
      break
    }
  }
}

extension AccountName {
  /// The principal that stands for anybody (RFC 8062 section 3).
  var isWellKnownAnonymous: Bool {
    name.utf8.first == UInt8(ascii: "W") && name == "WELLKNOWN/ANONYMOUS"
  }
}
