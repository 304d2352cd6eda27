import Foundation
import Testing

@Suite(.enabled(if: DirectoryServer.isNeeded()), .serialized)
struct `Directory sync` {
  @Test func `reads everything once, then tells what changed`() throws {
    try Program.within { program in
      let server = try DirectoryServer(in: program.folder, ldif: Office.ldif)
      try program.configure(server)
      let first = try program.run("directory", "sync")
      #expect(first.code == 0, "\(first.notes)")
      #expect(
        first.notes.contains("2 users, 1 managed account, 1 computer (1 controller), 3 groups"))
      #expect(first.output.isEmpty)
      let again = try program.run("directory", "sync")
      #expect(again.notes.contains("(contextCSN)"), "\(again.notes)")
      #expect(again.output == "No changes.\n")
      try server.modify(Office.changes)
      let changed = try program.run("directory", "sync")
      let expected = [
        "alice: flag DONT_REQUIRE_PREAUTH was set", "bob became a member of Domain Admins",
        "alice has the new service name http/intranet", "svc-new was created",
        "alice was renamed: userPrincipalName alice@alpine.test to a",
      ]
      for words in expected { #expect(changed.output.contains(words), "\(changed.output)") }
      #expect(changed.outputLines.count == expected.count + 1, "\(changed.output)")
      #expect(try program.run("directory", "sync").output == "No changes.\n")
      let stored = try program.run("directory", "changes", "bob").output
      #expect(stored.contains("bob became a member of Domain Admins"))
    }
  }

  @Test func `an account that was deleted and made again is another`() throws {
    try Program.within { program in
      let server = try DirectoryServer(in: program.folder, ldif: Office.ldif)
      try program.configure(server)
      #expect(try program.run("directory", "sync").code == 0)
      try server.modify("dn: cn=bob,ou=people,dc=alpine,dc=test\nchangetype: delete\n")
      try server.modify(Office.user("bob", rid: 1999, isChange: true))
      let lines = try program.run("directory", "sync", "--json").outputLines
      let changes = try lines.map { try Program.object($0) }
      let kinds = changes.map { "\($0["kind"] ?? "") \($0["sid"] ?? "")" }
      #expect(
        kinds.sorted() == ["created S-1-5-21-1-2-3-1999", "deleted S-1-5-21-1-2-3-1202"])
      // Groups that named the first are not the second's.
      let status = try program.run("directory", "changes", "bob", "--json").outputLines
      #expect(status.count == 1)
    }
  }

  @Test func `carries a rename of a unit to all that is below it`() throws {
    try Program.within { program in
      let server = try DirectoryServer(in: program.folder, ldif: Office.ldif)
      try program.configure(server)
      #expect(try program.run("directory", "sync").code == 0)
      try server.modify(
        """
        dn: ou=people,dc=alpine,dc=test
        changetype: modrdn
        newrdn: ou=staff
        deleteoldrdn: 1
        """ + "\n")
      let lines = try program.run("directory", "sync", "--json").outputLines
      let moves = try lines.map { try Program.object($0) }.filter {
        $0["kind"] as? String == "moved"
      }
      #expect(moves.map { $0["name"] as? String } == ["alice", "bob"])
      #expect(
        moves.map { $0["new"] as? String }
          == Array(repeating: "ou=staff,dc=alpine,dc=test", count: 2))
    }
  }

  @Test(arguments: [2500])
  func `reads more than a page holds`(_ count: Int) throws {
    try Program.within { program in
      let many = (0..<count).map { Office.user("user\($0)", rid: 5000 + $0) }.joined()
      let server = try DirectoryServer(in: program.folder, ldif: Office.ldif + many)
      try program.configure(server)
      let run = try program.run("directory", "sync")
      #expect(run.notes.contains("2,502 users"), "\(run.notes)")
    }
  }

  @Test func `does not believe that half of a directory is gone, until it is told to`() throws {
    try Program.within { program in
      let many = (0..<150).map { Office.user("user\($0)", rid: 5000 + $0) }.joined()
      let server = try DirectoryServer(in: program.folder, ldif: Office.ldif + many)
      try program.configure(server)
      #expect(try program.run("directory", "sync").code == 0)
      try server.modify(
        (0..<120).map { number in
          "dn: cn=user\(number),ou=people,dc=alpine,dc=test\nchangetype: delete\n\n"
        }.joined())
      let doubted = try program.run("directory", "sync")
      #expect(doubted.code == 1)
      #expect(doubted.notes.contains("120 of 158 entries are gone"), "\(doubted.notes)")
      let believed = try program.run("directory", "sync", "--full", "--json")
      #expect(believed.outputLines.count { $0.contains("\"deleted\"") } == 120)
    }
  }

  @Test func `survives groups that contain each other`() throws {
    try Program.within { program in
      let server = try DirectoryServer(in: program.folder, ldif: Office.ldif)
      try program.configure(server)
      #expect(try program.run("directory", "sync").code == 0)
      let status = try Program.object(
        program.run("directory", "status", "--json").outputLines.first)
      // Domain Admins, Tier 0 and Tier 1, which contain each other, and alice through both.
      #expect(status["sensitive"] as? Int == 4)
      #expect(status["origin"] as? String == "ldap")
    }
  }

  @Test func `takes the next controller where one does not answer`() throws {
    try Program.within { program in
      let server = try DirectoryServer(in: program.folder, ldif: Office.ldif)
      let dead = "ldaps://127.0.0.1:\(try DirectoryServer.freePort())"
      try program.configure(server, controllers: [dead, server.secureURL])
      let run = try program.run("directory", "sync")
      #expect(run.code == 0, "\(run.notes)")
      #expect(run.notes.contains("\(dead): cannot be reached"))
      #expect(run.notes.contains("with \(server.secureURL)"))
      server.stop()
      let none = try program.run("directory", "sync")
      #expect(none.code == 1)
      #expect(none.notes.contains("no controller answers: \(dead)"))
      #expect(none.noteLines.count == 2)
    }
  }

  @Test func `lists references, and follows them where it is told to`() throws {
    try Program.within { program in
      let other = try DirectoryServer(in: program.folder, name: "other", ldif: Office.ldif)
      let reference = """
        dn: cn=elsewhere,dc=alpine,dc=test
        objectClass: referral
        objectClass: extensibleObject
        cn: elsewhere
        ref: \(other.secureURL)/ou=people,dc=alpine,dc=test


        """
      let server = try DirectoryServer(in: program.folder, ldif: Office.unit + reference)
      try program.configure(server, more: "caFile: \(program.folder)/both.pem")
      let authorities = try program.read(server.caFile) + program.read(other.caFile)
      try program.write("both.pem", authorities)
      let listed = try program.run("directory", "sync")
      #expect(listed.notes.contains("Not followed: \(other.secureURL)"), "\(listed.notes)")
      try program.configure(
        server, more: "caFile: \(program.folder)/both.pem\n  referrals: follow")
      let followed = try program.run("directory", "sync", "--full")
      #expect(followed.notes.contains("2 users"), "\(followed.notes)")
    }
  }
}

/// A small domain: nested groups in a loop, a managed account, a controller.
enum Office {
  static func user(_ name: String, rid: Int, isChange: Bool = false, more: String = "") -> String {
    """
    dn: cn=\(name),ou=people,dc=alpine,dc=test
    \(isChange ? "changetype: add\n" : "")objectClass: user
    cn: \(name)
    sAMAccountName: \(name)
    userPrincipalName: \(name)@alpine.test
    userAccountControl: 512
    objectSid:: \(sid(rid))
    \(more)

    """
  }

  /// S-1-5-21-1-2-3-RID in base 64.
  static func sid(_ rid: Int) -> String {
    var octets: [UInt8] = [1, 5, 0, 0, 0, 0, 0, 5]
    for part in [21, 1, 2, 3, rid] {
      for shift in [0, 8, 16, 24] { octets.append(UInt8(truncatingIfNeeded: part >> shift)) }
    }
    return Data(octets).base64EncodedString()
  }

  static let unit = """
    dn: ou=people,dc=alpine,dc=test
    objectClass: organizationalUnit
    ou: people


    """

  static let ldif =
    unit + user("alice", rid: 1201) + user("bob", rid: 1202)
    + entry("DC1$", "computer", 1000, "userAccountControl: 532480\ndNSHostName: dc1.alpine.test")
    + entry("gmsa-web$", "msDS-GroupManagedServiceAccount", 1300, "userAccountControl: 4096")
    + entry("Domain Admins", "group", 512, "member: cn=Tier 0,dc=alpine,dc=test")
    + entry(
      "Tier 0", "group", 1401,
      "member: cn=Tier 1,dc=alpine,dc=test\nmember: cn=alice,ou=people,dc=alpine,dc=test")
    + entry("Tier 1", "group", 1402, "member: cn=Tier 0,dc=alpine,dc=test")

  static let changes = """
    dn: cn=alice,ou=people,dc=alpine,dc=test
    changetype: modify
    replace: userAccountControl
    userAccountControl: 4194816
    -
    add: servicePrincipalName
    servicePrincipalName: http/intranet
    -
    replace: userPrincipalName
    userPrincipalName: a.baker@alpine.test

    dn: cn=Domain Admins,dc=alpine,dc=test
    changetype: modify
    add: member
    member: cn=bob,ou=people,dc=alpine,dc=test


    """ + user("svc-new", rid: 1210, isChange: true)

  private static func entry(
    _ name: String, _ kind: String, _ rid: Int, _ more: String
  ) -> String {
    """
    dn: cn=\(name),dc=alpine,dc=test
    objectClass: \(kind)
    cn: \(name)
    sAMAccountName: \(name)
    objectSid:: \(sid(rid))
    \(more)


    """
  }
}

extension Program {
  /// A primary workspace whose directory is the server: by LDAPS, its authority trusted, a simple
  /// bind with the password in a file.
  func configure(
    _ server: DirectoryServer, controllers: [String]? = nil, bind: String? = nil,
    more: String? = nil
  ) throws {
    if !exists("Workspaces/alpine") { try makeWorkspace() }
    try write("password", DirectoryServer.password + "\n")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: "\(folder)/password")
    let urls = (controllers ?? [server.secureURL]).joined(separator: ", ")
    try write(
      "Workspaces/alpine/workspace.yml",
      """
      name: alpine
      region: eu
      directory:
        controllers: ["\(urls.replacing(", ", with: "\", \""))"]
        base: \(DirectoryServer.base)
        timeoutSeconds: 10
        \(bind ?? "bindName: \(DirectoryServer.bindName)\n  passwordFile: \(folder)/password")
        \(more ?? "caFile: \(server.caFile)")
      """ + "\n")
  }

  static func object(_ line: Substring?) throws -> [String: Any] {
    let data = Data((line ?? "").utf8)
    return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }
}
