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
      if activity.account == nil, let presented = exchange.presented {
        activity.account = knowledge.tickets.account(for: presented.fingerprint)
      }
    case .rpc, .smbSession, .smbTree, .smbFile, .ldapBind, .ldapSearch, .ldapChange:
      if activity.account == nil {
        activity.account = logons.account(from: activity.source, to: activity.target)
      }
    case .kerberosAS, .dns, .dnsTransfer, .dnsUpdate:
      break
    }
  }

  /// Remembers who authenticated, unless it is known to have failed.
  private mutating func remember(_ activity: borrowing Activity, _ carrier: Carrier) {
    guard let account = activity.account, !account.isAnonymous else { return }
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
