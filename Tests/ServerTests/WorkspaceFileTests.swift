import Testing
import Workspaces

@testable import Server

@Suite struct `Workspace file` {
  @Test func `is read whole`() throws {
    let workspace = try parse(
      """
      name: alpine
      region: eu                       # set at creation
      domains: [{dns: alpine.test, netbios: ALPINE}]
      controllers: []
      sensitive: [svc-sync]
      honeytokens:
      detections: {kerberoasting: {sensitivity: high}}
      exclusions: [{detection: dcsync, when: {account: svc-sync, computer: SYNC01}, reason: sync}]
      licences: {identity: true, endpoint: false}
      integrations: [{kind: defender-for-endpoint, tenant: 0-1, link: "https://x/{id}"}]
      retention: {days: 30}
      """)
    #expect(workspace.name == "alpine")
    #expect(workspace.domains == [Workspace.Domain(dns: "alpine.test", netbios: "ALPINE")])
    #expect(workspace.detections.first?.settings.last?.value == "high")
    #expect(workspace.exclusions.first?.conditions.count == 2)
    #expect(workspace.licences == Workspace.Licences(identity: true, endpoint: false))
    #expect(workspace.integrations.first?.link == "https://x/{id}")
    #expect(workspace.retention.days == 30)
  }

  @Test func `is what 'workspace create' writes`() throws {
    let workspace = try parse(WorkspaceFile.template(name: "lab", region: "us"))
    #expect(workspace.name == "lab")
    #expect(workspace.region == "us")
    #expect(workspace.licences == Workspace.Licences(identity: true, endpoint: true))
    #expect(workspace.integrations.isEmpty)
  }

  @Test(arguments: [
    ("name: a\nregion: eu\nregoin: us", "workspace.yml:3: key 'regoin': unknown key"),
    ("name: a\nregion: eu\nretention: {days: soon}", "workspace.yml:3: key 'retention.days': must"),
    ("name: a\nregion: eu\nretention:\n  days: 0", ":4: key 'retention.days': must be from 1"),
    ("name: a\nregion: eu\nlicences: {identity: 1}", ":3: key 'licences.identity': must be true"),
    ("name: a\nregion: 7", ":2: key 'region': must be text, found '7'"),
    ("name: a\nregion: eu\nsensitive: x", ":3: key 'sensitive': must be a list, found 'x'"),
    ("name: a\nregion: eu\nsensitive: [x, [y]]", ":3: key 'sensitive[1]': must be text"),
    ("name: a\nregion: eu\ndetections: {kerberoast: {}}", "key 'detections.kerberoast': unknown"),
    ("name: a\nregion: eu\ndetections: {dcsync: {sensitivity: 9}}", "must be text, found '9'"),
    ("name: a\nregion: eu\ndetections: {dcsync: {sensitivity: x}}", "must be one of low, medium"),
    ("name: a\nregion: eu\ndetections: {dcsync: {limit: 1}}", ":3: key 'detections.dcsync.limit'"),
    ("name: a\nregion: eu\nintegrations: [{kind: edr}]", "no integration is called 'edr'"),
    ("name: a\nregion: eu\nexclusions: [{detection: dcsync, reason: x}]", "needs a 'when'"),
    ("name: a\nregion: eu\nregion: us", "'region': given twice"),
    ("name: A B\nregion: eu", ":1: key 'name': a workspace's name consists of"),
    ("name: a", "key 'region': is missing"),
    ("name: a\nregion: eu\ndirectory: {contollers: []}", "key 'directory.contollers': unknown key"),
    ("name: a\nregion: eu\ndirectory:\n  pageSize: x", ":4: key 'directory.pageSize': must be a w"),
    ("name: a\nregion: eu\ndirectory: {bind: ntlm}", "must be one of simple, gssapi, external"),
    ("name: a\nregion: eu\ndirectory: {controllers: [http://x]}", "controllers[0]': must be ldaps"),
    ("name: a\nregion: eu\ndirectory: {controllers: [dc1]}", ":3: key 'directory': a simple bind"),
    (
      "name: a\nregion: eu\ndirectory: {controllers: [ldap://x], bindName: a, passwordFile: p, "
        + "tls: none}", "sends the password in the clear"
    ),
    ("name: a\nregion: eu\ndirectory: {password: x}", "key 'directory.password': unknown key"),
    ("- a\n- b", ":1: must be a mapping, found a list"),
    ("name: [a", "is not YAML"),
    ("", "is empty"),
  ])
  func `says file, line and key where it is wrong`(_ text: String, _ words: String) {
    let error = #expect(throws: ConfigurationError.self) { try parse(text) }
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("\n") == false)
  }

  private func parse(_ text: String) throws -> Workspace {
    try WorkspaceFile.parse(text, file: "workspace.yml", slugs: ["kerberoasting", "dcsync"])
  }
}
