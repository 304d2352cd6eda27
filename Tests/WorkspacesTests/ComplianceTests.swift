import Evidence
import Testing
import Workspaces

@Suite struct `Compliance by risk` {
  private func allowed(_ level: ThreatLevel) -> [Device.Risk] {
    Device.Risk.allCases.filter(level.allows)
  }

  private func verdict(_ inventory: Inventory) -> String {
    inventory.compliance(of: inventory.devices[0]).name
  }

  @Test func `R103, R118: the texts of 2019 have Windows alone, those of 2020 four platforms`() {
    #expect(CompliancePolicy.Target.offered(in: .year2019) == [.windows10])
    #expect(CompliancePolicy.Target.offered(in: .year2020).count == 4)
    let policy = CompliancePolicy(name: "P", target: .iOS, level: .low)
    #expect(throws: RuleViolation.self) { try policy.check(era: .year2019) }
    #expect(throws: Never.self) { try policy.check(era: .year2020) }
  }

  @Test func `R104: a device must be at or under the risk, and one never reported is not`() throws {
    #expect(verdict(try Fleet.intune(risk: .low)) == "compliant")
    #expect(verdict(try Fleet.intune(risk: .medium)) == "non-compliant")
    #expect(verdict(try Fleet.intune(risk: nil)) == "not-evaluated")
  }

  @Test func `R105: clear lets no threat pass, and Secure is its other name`() {
    #expect(allowed(.clear) == [.none])
    #expect(ThreatLevel(word: "Secure") == .clear)
  }

  @Test func `R106: low lets only low pass`() {
    #expect(ThreatLevel.low.allows(.low) && !ThreatLevel.low.allows(.medium))
    #expect(!ThreatLevel.low.allows(.high))
  }

  @Test func `R107: medium lets low and medium pass`() {
    #expect(ThreatLevel.medium.allows(.medium) && !ThreatLevel.medium.allows(.high))
  }

  @Test func `R108: high lets everything pass`() {
    #expect(allowed(.high) == Device.Risk.allCases)
  }

  @Test func `R109: informational passes low, medium and high, not clear`() {
    let passes = ThreatLevel.allCases.filter { $0.allows(.informational) }
    #expect(passes == [.low, .medium, .high])
  }

  @Test func `R110: a policy that is assigned to nobody evaluates nothing`() throws {
    var fleet = try Fleet.intune(risk: .high)
    #expect(verdict(fleet) == "non-compliant")
    fleet.compliancePolicies[0].groups = []
    #expect(verdict(fleet) == "not-evaluated")
  }

  @Test func `R117, R167: app protection is no control of risk`() {
    let policy = CompliancePolicy(name: "App", target: .appProtection, level: .low)
    let error = #expect(throws: RuleViolation.self) { try policy.check(era: .year2020) }
    #expect(error?.reason.contains("not supported") == true)
  }

  @Test func `R89: a device without device ID cannot report`() throws {
    var fleet = try Fleet.intune(risk: .high)
    fleet.devices[0].entraID = nil
    #expect(fleet.compliance(of: fleet.devices[0]).reason.contains("cannot report"))
  }

  @Test func `R115: each policy lists its compliant and non-compliant devices`() throws {
    var fleet = try Fleet.intune(risk: .high)
    fleet.devices.append(Fleet.device("ws02", "Windows 10, version 1809", risk: Device.Risk.none))
    let list = try #require(fleet.complianceByPolicy().first)
    #expect(list.compliant == ["ws02"] && list.nonCompliant == ["ws01"])
  }
}

@Suite struct `Access of a user on a device` {
  private func verdict(
    _ inventory: Inventory, _ request: AccessRequest = Fleet.request()
  ) -> AccessDecision.Verdict {
    inventory.access(request).verdict
  }

  @Test func `R113: only an enabled policy blocks, and nobody who is excluded`() throws {
    var fleet = try Fleet.intune(risk: .high)
    #expect(verdict(fleet) == .blocked)
    fleet.accessPolicies[0].excludedUsers = ["h.graf"]
    #expect(verdict(fleet) == .allowed)
    fleet.accessPolicies[0].excludedUsers = []
    fleet.accessPolicies[0].isEnabled = false
    #expect(verdict(fleet) == .allowed)
  }

  @Test func `R159: it applies to included users, selected apps and enabled clients alone`() throws
  {
    let fleet = try Fleet.intune(risk: .high)
    #expect(verdict(fleet, Fleet.request(user: "n.schmid")) == .allowed)
    #expect(verdict(fleet, Fleet.request(app: "Exchange")) == .allowed)
    #expect(verdict(fleet, Fleet.request(client: .apps)) == .allowed)
    #expect(verdict(fleet) == .blocked)
  }

  @Test func `R160: of one user's two devices only the non-compliant one is blocked`() throws {
    var fleet = try Fleet.intune(risk: .high)
    fleet.devices.append(Fleet.device("ws02", "Windows 10, version 1809", risk: .low))
    #expect(verdict(fleet) == .blocked)
    #expect(verdict(fleet, Fleet.request("ws02")) == .allowed)
  }

  @Test func `R146: high risk changes no access before compliance is evaluated`() throws {
    var fleet = try Fleet.intune(risk: .high)
    fleet.devices[0].evaluation = .pending(wasCompliant: true)
    #expect(verdict(fleet) == .unchanged)
    fleet.devices[0].evaluation = .pending(wasCompliant: false)
    #expect(verdict(fleet) == .blocked)
    fleet.devices[0].evaluation = .current
    #expect(verdict(fleet) == .blocked)
  }

  @Test func `R90: classic policies take no part in a decision`() throws {
    var fleet = try Fleet.intune(risk: .low)
    let before = fleet.access(Fleet.request())
    fleet.classicPolicies = [ClassicPolicy(partner: "MDATP", state: .disabled)]
    #expect(fleet.access(Fleet.request()) == before)
  }

  @Test func `R86: a classic policy that was edited, disabled or deleted is flagged`() throws {
    var fleet = try Fleet.intune()
    for state in [ClassicPolicy.State.edited, .disabled, .deleted] {
      fleet.classicPolicies = [ClassicPolicy(partner: "Windows Defender ATP", state: state)]
      #expect(fleet.classicPolicyFindings().count == 1, "\(state)")
    }
    fleet.classicPolicies = [ClassicPolicy(partner: "Microsoft Defender ATP", state: .untouched)]
    #expect(fleet.classicPolicyFindings().isEmpty)
  }

  @Test func `R87: for a missing one the connection is deleted, then set up again`() throws {
    let text = try #require(try Fleet.intune().classicPolicyFindings().first?.text)
    let deletion = try #require(text.firstRange(of: "delete the connection"))
    let creation = try #require(text.firstRange(of: "set the connection up again"))
    #expect(deletion.lowerBound < creation.lowerBound)
  }

  @Test func `R88: no action migrates a classic policy`() {
    #expect(ClassicPolicy.Action.allCases.map(\.rawValue) == ["ignore", "recreate"])
    #expect(ClassicPolicy(partner: "x", state: .deleted).action == .recreate)
    #expect(ClassicPolicy(partner: "x", state: .untouched).action == .ignore)
  }

  @Test func `R138: two threat-defence partners have two classic policies`() throws {
    var fleet = try Fleet.intune()
    fleet.partners = ["Microsoft Defender ATP", "Contoso Shield"]
    #expect(fleet.classicPolicyFindings().map(\.subject) == fleet.partners)
  }
}

@Suite struct `Roles of an instance` {
  private func who(may action: RoleAction) -> [Role] { Role.allCases.filter { $0.may(action) } }

  @Test func `R120: three groups, and global and security administrators without membership`() {
    #expect(Role.allCases.count == 3)
    for name in ["Global Administrator", "security administrator"] {
      #expect(Role(groups: [], directoryRoles: [name]) == .administrator)
    }
    #expect(Role(groups: [.viewer, .user]) == .user)
    #expect(Role(groups: [], directoryRoles: ["Reader"]) == nil)
  }

  @Test func `R121: data sources and sensors are configured by administrators alone`() {
    for action in [
      RoleAction.configureDirectory, .configureSIEM, .configureVPN, .configureEndpointIntegration,
      .configureSensors,
    ] {
      #expect(who(may: action) == [.administrator], "\(action)")
    }
    let error = #expect(throws: RuleViolation.self) {
      try Role.user.check(.configureEndpointIntegration)
    }
    #expect(error?.rule == "R121")
  }

  @Test func `R122: an alert's status is changed by administrators and users, not viewers`() {
    #expect(who(may: .changeAlert) == [.administrator, .user])
  }

  @Test func `R123: a health alert's status is changed by administrators alone`() {
    #expect(who(may: .changeHealthAlert) == [.administrator])
  }

  @Test func `R124: tags, exclusions and reports are for administrators and users`() {
    for action in [
      RoleAction.tagEntities, .editExclusions, .editNotifications, .changeLanguage,
      .togglePreviewDetections, .scheduleReports,
    ] {
      #expect(who(may: action) == [.administrator, .user], "\(action)")
    }
  }

  @Test func `R125: viewing, exporting and logging in are for all three`() {
    for action in [
      RoleAction.viewProfiles, .viewAlerts, .export, .downloadReports, .logIn,
    ] {
      #expect(who(may: action) == Role.allCases, "\(action)")
    }
  }

  @Test func `R126: a page that is not allowed leads to the unauthorized one`() {
    #expect(Role.viewer.page("sensors", for: .configureSensors) == "unauthorized")
    #expect(Role.administrator.page("sensors", for: .configureSensors) == "sensors")
    #expect(Role.unauthorizedStatus == 403)
  }

  @Test func `R127: without endpoint rights there is a count at most`() {
    #expect(EndpointVisibility(mayReadDeviceGroup: true, showsCounts: false) == .content)
    #expect(EndpointVisibility(mayReadDeviceGroup: false, showsCounts: true) == .count)
    #expect(EndpointVisibility(mayReadDeviceGroup: false, showsCounts: false) == .nothing)
  }
}
