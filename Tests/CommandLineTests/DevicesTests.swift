import Foundation
import Testing

@Suite struct `Devices commands` {
  /// Runs `devices COMMAND --inventory -` on an inventory, and reads the JSON.
  private func ask(
    _ program: Program, _ command: String, _ inventory: String, _ options: String...
  ) throws -> [String: Any] {
    let run = try program.run(
      all: ["devices", command, "--json", "--inventory", "-"] + options,
      input: Data(inventory.utf8))
    #expect(run.code == 0, "\(run.notes)")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  private func onboarding(
    _ program: Program, _ inventory: String
  ) throws -> [String: (state: String, reasons: String)] {
    let report = try ask(program, "onboarding", inventory)
    let devices = try #require(report["devices"] as? [[String: Any]])
    var answers: [String: (state: String, reasons: String)] = [:]
    for device in devices {
      let reasons = (device["reasons"] as? [[String: String]] ?? []).compactMap { $0["text"] }
      let state = device["state"] as? String ?? ""
      let name = device["name"] as? String ?? ""
      answers[name] = (state: state, reasons: reasons.joined(separator: "; "))
    }
    return answers
  }

  /// A collection of both classes under Configuration Manager, with a policy that carries `carried`.
  private func fleet(_ manager: String, _ carried: String, collections: String = "[All]") -> String
  {
    """
    configurationManager: "\(manager)"
    collections: [{name: All, devices: [up, down, seven, server]}]
    policies: [{name: Onboard, type: onboarding, collections: \(collections)\(carried)}]
    devices:
      - {name: up, system: Windows 10, version: "1809", managedBy: [SCCM]}
      - {name: down, system: Windows 8.1, managedBy: [ConfigMgr]}
      - {name: seven, system: Windows 7 SP1, managedBy: [ConfigMgr]}
      - {name: server, system: Windows Server 2019, managedBy: [ConfigMgr]}
    """
  }

  private let pair = ", workspaceId: 1b2c, workspaceKey: corp-key"
  private let file = ", package: corp"

  /// A workspace that holds an onboarding file and a key.
  private func withSecrets(_ body: (Program) throws -> Void) throws {
    try Program.within { program in
      try program.makeWorkspace()
      try program.write("corp.onboarding", Secrets.package)
      try program.write("key.txt", Secrets.key)
      let imported = try program.run("devices", "secret", "import", "corp", "corp.onboarding")
      #expect(imported.code == 0, "\(imported.notes)")
      let key = try program.run(
        "devices", "secret", "import", "corp-key", "key.txt", "--kind", "workspace-key")
      #expect(key.code == 0, "\(key.notes)")
      try body(program)
    }
  }

  @Test func `R56: Configuration Manager 1910 does not onboard Server 2019`() throws {
    try withSecrets { program in
      let devices = try onboarding(program, fleet("1910", file + pair))
      #expect(
        devices["server"]?.reasons.contains(
          "not supported by Configuration Manager version 1910") == true)
      #expect(devices["up"]?.state == "onboardable")
    }
  }

  @Test func `R131: Windows 8.1 under 1910 is held up by the version, not by credentials`() throws {
    try Program.within { program in
      let devices = try onboarding(program, fleet("1910", ""))
      #expect(devices["down"]?.reasons.contains("2002 or later") == true)
      #expect(devices["down"]?.reasons.contains("missing") == false)
    }
  }

  @Test func `R60, R61: an up-level device needs the file, a down-level one ID and key`() throws {
    try Program.within { program in
      let devices = try onboarding(program, fleet("2006", ", workspaceId: 1b2c"))
      #expect(devices["up"]?.reasons.contains("configuration file missing") == true)
      #expect(devices["down"]?.reasons.contains("workspace key missing") == true)
      #expect(devices["down"]?.reasons.contains("workspace ID missing") == false)
    }
  }

  @Test func `R63, R64: one class's instructions leave the other class not onboarded`() throws {
    try withSecrets { program in
      var devices = try onboarding(program, fleet("2006", pair))
      #expect(devices["up"]?.state == "not-onboarded" && devices["down"]?.state == "onboardable")
      devices = try onboarding(program, fleet("2006", file))
      #expect(devices["up"]?.state == "onboardable" && devices["down"]?.state == "not-onboarded")
    }
  }

  @Test func `R66, R132: version 2002 wants all three and says where they are`() throws {
    try withSecrets { program in
      var devices = try onboarding(program, fleet("2002", file))
      let reasons = devices["up"]?.reasons ?? ""
      #expect(reasons.contains("workspace key missing"))
      #expect(reasons.contains("Settings → Onboarding → Windows 7 and 8.1"))
      devices = try onboarding(program, fleet("2006", file))
      #expect(devices["up"]?.state == "onboardable")
      devices = try onboarding(program, fleet("2002", pair))
      #expect(devices["down"]?.reasons.contains("Settings → Onboarding → Windows 10") == true)
    }
  }

  @Test func `R173: what is missing says where it comes from`() throws {
    try Program.within { program in
      let devices = try onboarding(program, fleet("2006", ""))
      #expect(devices["down"]?.reasons.contains("Configure connection") == true)
    }
  }

  @Test func `R128: Windows 7 is not supported, credentials or not`() throws {
    try withSecrets { program in
      let devices = try onboarding(program, fleet("2006", file + pair))
      #expect(devices["seven"]?.state == "not-eligible")
      #expect(
        devices["seven"]?.reasons.contains("not supported by Configuration Manager") == true)
    }
  }

  @Test func `R71: a policy that was created is not deployed`() throws {
    try Program.within { program in
      let report = try ask(program, "onboarding", fleet("2006", "", collections: "[]"))
      let policies = try #require(report["policies"] as? [[String: Any]])
      #expect(policies.first?["status"] as? String == "not deployed")
    }
  }

  @Test func `R77: an onboarding file in an offboarding policy is refused`() throws {
    try withSecrets { program in
      let run = try program.run(
        "devices", "onboarding", "--inventory", "-",
        input: Data("policies: [{name: 'Off', type: offboarding, package: corp}]".utf8))
      #expect(run.code == 1 && run.notes.contains("(rule R77)"), "\(run.notes)")
    }
  }

  @Test func `R164: a package and an inventory of different organisations are refused`() throws {
    try withSecrets { program in
      let inventory = "organisation: other-org\npolicies: [{name: 'On', package: corp}]"
      let run = try program.run(
        "devices", "onboarding", "--inventory", "-", input: Data(inventory.utf8))
      #expect(run.code == 1 && run.notes.contains("(rule R164)"), "\(run.notes)")
      #expect(run.notes.contains("'other-org'") && run.notes.contains("'\(Secrets.organisation)'"))
    }
  }

  @Test func `R116: the onboarding of all Intune devices is listed, with the step to more`() throws
  {
    try Program.within { program in
      let devices = try onboarding(
        program,
        """
        connection: {enabled: true, toggles: [windows]}
        devices:
          - {name: a, system: Windows 10, version: "1809", managedBy: [Intune], joined: true,
             agent: {onboarded: true}}
          - {name: b, system: Windows 10, version: "1809", managedBy: [Intune], joined: true}
        """)
      #expect(devices["a"]?.state == "onboarded")
      #expect(devices["b"]?.reasons.contains("create one and assign it") == true)
    }
  }

  @Test func `R145, R147: risk is the endpoint side's, and its report is linked`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      let file = "Workspaces/alpine/workspace.yml"
      let text = String(decoding: try program.read(file), as: UTF8.self)
      try program.write(
        file,
        text.replacing(
          "integrations: []",
          with: "integrations: [{kind: defender-for-endpoint, link: 'https://x/machines/{id}'}]"))
      // A high alert on the device does not make its risk high: only the machine document does.
      try program.write(
        "m.json",
        """
        [{"id":"\(String(repeating: "a", count: 40))","computerDnsName":"ws01","riskScore":"Low",
          "lastSeen":"2026-11-21T02:00:00Z","osPlatform":"Windows10","osBuild":19045},
         {"id":"al1","title":"T","severity":"High","status":"New",
          "alertCreationTime":"2026-11-21T02:00:00Z",
          "machineId":"\(String(repeating: "a", count: 40))"}]
        """)
      #expect(try program.run("endpoint", "import", "m.json").code == 0)
      let report = try ask(
        program, "access", "devices: [{name: ws01, system: Windows 10, risk: High}]")
      let device = try #require((report["devices"] as? [[String: Any]])?.first)
      #expect(device["risk"] as? String == "Low")
      #expect((device["report"] as? String)?.hasPrefix("https://x/machines/aaaa") == true)
    }
  }

  @Test func `R149: a device without an endpoint sensor is listed, not an error`() throws {
    try Program.within { program in
      let devices = try onboarding(program, "devices: [{name: old, system: Windows 7}]")
      #expect(devices["old"]?.state == "not-eligible")
    }
  }

  @Test func `R169: a hash is found on every device that saw it`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      let hash = String(repeating: "5e", count: 32)
      let alerts = (1...3).map { number in
        """
        {"id":"a\(number)","title":"T","severity":"Low","status":"New","computerDnsName":"h\(number)",
         "alertCreationTime":"2026-11-21T02:00:00Z","evidence":[{"entityType":"File",
         "sha256":"\(number == 3 ? hash.uppercased() : hash)"}]}
        """
      }
      try program.write("alerts.json", "[\(alerts.joined(separator: ","))]")
      #expect(try program.run("endpoint", "import", "alerts.json").code == 0)
      let run = try program.run("devices", "seen", hash, "--json")
      #expect(run.output.contains(#""devices":["h1","h2","h3"]"#), "\(run.output)\(run.notes)")
      let none = try program.run("devices", "seen", String(repeating: "00", count: 32))
      #expect(none.output.contains("no device"))
    }
  }

  @Test func `R156: a user that the endpoint side knows has the icon, without any machine`() throws
  {
    try Program.within { program in
      try program.makeWorkspace()
      let file = "Workspaces/alpine/workspace.yml"
      let text = String(decoding: try program.read(file), as: UTF8.self)
      try program.write(
        file, text.replacing("domains: []", with: "domains: [{dns: alpine.test, netbios: ALPINE}]"))
      let kind = "defender-for-endpoint"
      #expect(try program.run("workspace", "integrate", "alpine", kind).code == 0)
      try program.write(
        "a.json",
        """
        {"id":"a1","title":"T","severity":"Low","status":"New",
         "alertCreationTime":"2026-11-21T03:16:00Z",
         "evidence":[{"entityType":"User","accountName":"m.weber","domainName":"ALPINE"}]}
        """)
      #expect(try program.run("endpoint", "import", "a.json").code == 0)
      #expect(try program.run("replay", Program.capture("pass-the-ticket")).code == 0)
      let user = try program.run("profile", "m.weber", "--json").output
      #expect(user.contains(#""state":"integrated","count":1"#), "\(user)")
    }
  }

  @Test func `refuse an unknown key with its line`() throws {
    try Program.within { program in
      let run = try program.run(
        "devices", "health", "--inventory", "-", input: Data("devices:\n  - {nam: x}\n".utf8))
      #expect(run.code == 2 && run.notes.contains("standard input:2: key 'devices[0].nam'"))
    }
  }
}

/// Content that must never be seen again.
enum Secrets {
  static let organisation = "0f3c-corp"
  static let mark = "TOPSECRETBLOB4711"
  static let key = "KEYMATERIAL0815=="
  static let package =
    #"{"body":"{\"orgId\":\"0f3c-corp\",\"blob\":\"TOPSECRETBLOB4711\"}","sig":"x"}"#
}

@Suite struct `Secrets of onboarding` {
  @Test func `R70: are kept at 0600 and appear in no output, database or export`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      try program.write("corp.onboarding", Secrets.package)
      try program.write("off.offboarding", Secrets.package)
      try program.write("key.txt", Secrets.key)
      try program.write(
        "Workspaces/alpine/inventory.yml",
        """
        organisation: \(Secrets.organisation)
        configurationManager: "2002"
        collections: [{name: All, devices: [up]}]
        policies:
          - {name: 'On', package: corp, workspaceId: 1b2c, workspaceKey: corp-key, collections: [All]}
        devices: [{name: up, system: Windows 10, version: "1809", managedBy: [SCCM]}]
        """)
      let imports = [
        ["corp", "corp.onboarding"], ["corp-key", "key.txt", "--kind", "workspace-key"],
        ["off", "off.offboarding", "--made", "2200-01-01"],
      ]
      var seen = ""
      for arguments in imports {
        let run = try program.run(all: ["devices", "secret", "import"] + arguments)
        #expect(run.code == 0, "\(run.notes)")
        seen += run.output + run.notes
      }
      for file in ["corp.json", "corp-key.json", "off.json"] {
        let path = "\(program.folder)/Workspaces/alpine/secrets/\(file)"
        let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(rights as? Int == 0o600, "\(file)")
      }
      #expect(try program.run("replay", Program.capture("dns-zone-transfer")).code == 0)
      for command in ["onboarding", "health", "compliance", "access", "readiness"] {
        for options in [[], ["--json"]] {
          let run = try program.run(all: ["devices", command] + options)
          #expect(run.code == 0, "\(command): \(run.notes)")
          seen += run.output + run.notes
        }
      }
      for arguments in [
        ["devices", "secret", "list"], ["workspace", "show", "alpine", "--json"],
        ["alerts", "--json"], ["endpoint", "status", "--json"],
      ] {
        let run = try program.run(all: arguments)
        seen += run.output + run.notes
      }
      seen += try program.dump()
      #expect(seen.contains("corp-key") && seen.contains(Secrets.organisation))
      let encoded = [Secrets.package, Secrets.key].map { Data($0.utf8).base64EncodedString() }
      for secret in [Secrets.mark, Secrets.key] + encoded {
        #expect(!seen.contains(secret))
      }
    }
  }

  @Test func `R70: a key written into an inventory is refused without being repeated`() throws {
    try Program.within { program in
      let inventory = "policies: [{name: 'On', workspaceKey: \(Secrets.key)}]"
      let run = try program.run(
        "devices", "onboarding", "--inventory", "-", input: Data(inventory.utf8))
      #expect(run.code == 2 && run.notes.contains("names no stored secret"), "\(run.notes)")
      #expect(!run.notes.contains(Secrets.key))
    }
  }

  @Test func `R70: a stored secret that others can read is refused`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      try program.write("corp.onboarding", Secrets.package)
      #expect(try program.run("devices", "secret", "import", "corp", "corp.onboarding").code == 0)
      let path = "\(program.folder)/Workspaces/alpine/secrets/corp.json"
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
      let run = try program.run("devices", "secret", "list")
      #expect(run.code == 1 && run.notes.contains("chmod 600"), "\(run.notes)")
    }
  }

  @Test func `R76: an offboarding file that expired is not imported`() throws {
    try Program.within { program in
      try program.makeWorkspace()
      try program.write("off.offboarding", Secrets.package)
      let run = try program.run(
        "devices", "secret", "import", "off", "off.offboarding", "--made", "2020-06-05")
      #expect(run.code == 1 && run.notes.contains("expired"), "\(run.notes)")
    }
  }
}
