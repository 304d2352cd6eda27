import Evidence

extension ZeekLogs {
  /// Which exchange a row of `kerberos` waits for.
  private enum Exchange: Int64 { case authentication, ticket, application }

  /// Zeek leaves out the errors that ask for pre-authentication; here they are written, because an
  /// attacker who looks for accounts without it shows in nothing else.
  mutating func takeKerberos(
    _ line: DecodedLine, _ conversation: ZeekConversation, at time: Instant
  ) {
    switch line.text("msg") {
    case "AS-REQ": request("AS", .authentication, line, conversation, at: time)
    case "TGS-REQ": request("TGS", .ticket, line, conversation, at: time)
    case "AP-REQ": request("AP", .application, line, conversation, at: time)
    case "AS-REP": answer("AS", .authentication, line, conversation, at: time)
    case "TGS-REP": answer("TGS", .ticket, line, conversation, at: time)
    case "AP-REP": answer("AP", .application, line, conversation, at: time)
    case "KRB-ERROR": refuse(line, conversation, at: time)
    default: break
    }
  }

  private mutating func request(
    _ type: String, _ exchange: Exchange, _ line: DecodedLine, _ conversation: ZeekConversation,
    at time: Instant
  ) {
    var row = ZeekLog.Row(.kerberos, conversation, at: time)
    row["request_type"] = type
    row["service"] = line.text("sname")
    switch exchange {
    case .authentication:
      row["client"] = "\(line.text("cname") ?? "")/\(line.text("realm") ?? "")"
    case .application:
      row["client"] = "/\(line.text("realm") ?? "")"
      row["cipher"] = line.number("ticket_etype").map(Self.cipher)
    case .ticket: break
    }
    row["from"] = line.text("from").flatMap(Self.seconds)
    row["till"] = line.text("till").flatMap(Self.seconds)
    if let options = line.hex("kdc_options") {
      row.set("forwardable", options & 0x4000_0000 != 0)
      row.set("renewable", options & 0x0080_0000 != 0)
      row["kdc_options"] = line.text("kdc_options")
    }
    row["client_cert_subject"] = line.object("certificate")?.text("subject")
    row.set("etypes_offered", line.numbers("etypes").map(String.init))
    wait(row, key: exchange.rawValue, in: conversation)
  }

  private mutating func answer(
    _ type: String, _ exchange: Exchange, _ line: DecodedLine, _ conversation: ZeekConversation,
    at time: Instant
  ) {
    let waiting = conversation.answered(.kerberos, key: exchange.rawValue)
    var row = waiting?.row ?? ZeekLog.Row(.kerberos, conversation, at: time)
    row["request_type"] = type
    row.set("success", true)
    if exchange != .application {
      // The client that asked keeps its spelling, as in Zeek's log.
      if row["client"] == nil, line.text("cname") != nil || line.text("realm") != nil {
        row["client"] = "\(line.text("cname") ?? "")/\(line.text("realm") ?? "")"
      }
      row["service"] = line.text("sname") ?? row["service"]
      row["cipher"] = line.number("ticket_etype").map(Self.cipher)
      row["server_cert_subject"] = line.object("certificate")?.text("subject")
    }
    write(row)
  }

  private mutating func refuse(
    _ line: DecodedLine, _ conversation: ZeekConversation, at time: Instant
  ) {
    let waiting = conversation.answered(.kerberos)
    var row = waiting?.row ?? ZeekLog.Row(.kerberos, conversation, at: time)
    let realm = line.text("crealm")
    if row["client"] == nil, line.text("cname") != nil || realm != nil {
      row["client"] = (line.text("cname").map { $0 + "/" } ?? "") + (realm ?? "")
    }
    row["service"] = line.text("sname") ?? row["service"]
    row.set("success", false)
    let code = line.number("error_code")
    row["error_msg"] = line.text("e_text") ?? code.map { Self.errors[$0] ?? "unknown-\($0)" }
    write(row)
  }

  /// GeneralizedTime as seconds since 1970, as far as an ``Instant`` reaches.
  private static func seconds(_ time: String) -> String? {
    Instant(generalizedTime: time).map { "\($0.seconds).000000" }
  }

  /// The names that Zeek's users know; IANA's of the encryption types otherwise differ.
  private static func cipher(_ etype: Int64) -> String {
    switch etype {
    case 1: "des-cbc-crc"
    case 2: "des-cbc-md4"
    case 3: "des-cbc-md5"
    case 5: "des3-cbc-md5"
    case 7: "des3-cbc-sha1"
    case 16: "des3-cbc-sha1-kd"
    case 17: "aes128-cts-hmac-sha1-96"
    case 18: "aes256-cts-hmac-sha1-96"
    case 23: "rc4-hmac"
    case 24: "rc4-hmac-exp"
    case 25: "camellia128-cts-cmac"
    case 26: "camellia256-cts-cmac"
    default: "unknown-\(etype)"
    }
  }

  /// RFC 4120 section 7.5.9 and RFC 4556 section 3.1.3.
  private static let errors: [Int64: String] = [
    0: "KDC_ERR_NONE", 1: "KDC_ERR_NAME_EXP", 2: "KDC_ERR_SERVICE_EXP", 3: "KDC_ERR_BAD_PVNO",
    6: "KDC_ERR_C_PRINCIPAL_UNKNOWN", 7: "KDC_ERR_S_PRINCIPAL_UNKNOWN",
    8: "KDC_ERR_PRINCIPAL_NOT_UNIQUE", 9: "KDC_ERR_NULL_KEY", 10: "KDC_ERR_CANNOT_POSTDATE",
    11: "KDC_ERR_NEVER_VALID", 12: "KDC_ERR_POLICY", 13: "KDC_ERR_BADOPTION",
    14: "KDC_ERR_ETYPE_NOSUPP", 15: "KDC_ERR_SUMTYPE_NOSUPP", 16: "KDC_ERR_PADATA_TYPE_NOSUPP",
    18: "KDC_ERR_CLIENT_REVOKED", 19: "KDC_ERR_SERVICE_REVOKED", 20: "KDC_ERR_TGT_REVOKED",
    21: "KDC_ERR_CLIENT_NOTYET", 22: "KDC_ERR_SERVICE_NOTYET", 23: "KDC_ERR_KEY_EXPIRED",
    24: "KDC_ERR_PREAUTH_FAILED", 25: "KDC_ERR_PREAUTH_REQUIRED", 26: "KDC_ERR_SERVER_NOMATCH",
    27: "KDC_ERR_MUST_USE_USER2USER", 28: "KDC_ERR_PATH_NOT_ACCEPTED",
    29: "KDC_ERR_SVC_UNAVAILABLE", 31: "KRB_AP_ERR_BAD_INTEGRITY", 32: "KRB_AP_ERR_TKT_EXPIRED",
    33: "KRB_AP_ERR_TKT_NYV", 34: "KRB_AP_ERR_REPEAT", 35: "KRB_AP_ERR_NOT_US",
    36: "KRB_AP_ERR_BADMATCH", 37: "KRB_AP_ERR_SKEW", 38: "KRB_AP_ERR_BADADDR",
    39: "KRB_AP_ERR_BADVERSION", 40: "KRB_AP_ERR_MSG_TYPE", 41: "KRB_AP_ERR_MODIFIED",
    42: "KRB_AP_ERR_BADORDER", 44: "KRB_AP_ERR_BADKEYVER", 45: "KRB_AP_ERR_NOKEY",
    46: "KRB_AP_ERR_MUT_FAIL", 47: "KRB_AP_ERR_BADDIRECTION", 48: "KRB_AP_ERR_METHOD",
    49: "KRB_AP_ERR_BADSEQ", 50: "KRB_AP_ERR_INAPP_CKSUM", 52: "KRB_ERR_RESPONSE_TOO_BIG",
    60: "KRB_ERR_GENERIC", 61: "KRB_ERR_FIELD_TOOLONG", 62: "KDC_ERROR_CLIENT_NOT_TRUSTED",
    63: "KDC_ERROR_KDC_NOT_TRUSTED", 64: "KDC_ERROR_INVALID_SIG", 65: "KDC_ERR_KEY_TOO_WEAK",
    66: "KDC_ERR_CERTIFICATE_MISMATCH", 67: "KRB_AP_ERR_NO_TGT", 68: "KDC_ERR_WRONG_REALM",
    69: "KRB_AP_ERR_USER_TO_USER_REQUIRED", 70: "KDC_ERR_CANT_VERIFY_CERTIFICATE",
    71: "KDC_ERR_INVALID_CERTIFICATE", 72: "KDC_ERR_REVOKED_CERTIFICATE",
    75: "KDC_ERR_CLIENT_NAME_MISMATCH", 76: "KDC_ERR_KDC_NAME_MISMATCH",
  ]
}
