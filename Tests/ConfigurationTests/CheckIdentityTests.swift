import Configuration
import Events
import Storage
import Testing

/// The sections `identity` and `privacy`: what they take, and what they say of what they do not.
struct CheckIdentityTests {
    private func load(_ rest: String) throws -> (plan: EnginePlan?, text: String) {
        let text = "{ version: 1, \(rest) }"
        let (plan, diagnostics) = try Configuration.load(path: "c") { _ in Array(text.utf8) }
        return (plan, diagnostics.rendered(excerpts: false))
    }

    @Test func takesAllThatIsInTheLanguage() throws {
        let (plan, text) = try load(
            """
            input: { format: "segment" },
            identity: {
              ids: {
                user_id: { unique: true },
                email: { from: ["/traits/email", { expr: "line.properties.email" }], fold: "lower", limit: 5 },
                anonymous_id: { limit: 20, shared: "last_user" },
              },
              merge: [{ on: "alias", into: "/userId", from: "/previousId", force: true }],
              block: ["test@shop.example", "re:^demo-"], max_ids: 200, max_merges: 20, account: ["/groupId"],
            },
            privacy: { forget_on: ["user_deleted", "gone"] }, emit: "identity"
            """)
        let identity = try #require(plan?.input.formats.identity, "\(text)")
        #expect(identity.namespaces.map(\.name) == ["user_id", "email", "anonymous_id"])
        #expect(identity.namespaces.map(\.isUnique) == [true, false, false])
        #expect(identity.namespaces[1].isLower && identity.namespaces[2].sharing == .lastUser)
        #expect(identity.blockedTexts.count == 1 && identity.blockedPatterns.count == 1)
        #expect((identity.idsMost, identity.mergesMost) == (200, 20))
        #expect(identity.forgetTypes.count == 2)
    }

    @Test(arguments: [
        ("native", ["customer_id"]), ("segment", ["user_id", "anonymous_id"]), ("ga4", ["user_id", "client_id"]),
        ("snowplow", ["user_id", "domain_userid", "network_userid"]), ("posthog", ["distinct_id"]),
        ("mixpanel", ["user_id", "device_id"]), ("csv", ["user_id"]),
    ])
    func takesWhatTheFormatBrings(format: String, names: [String]) throws {
        let (plan, text) = try load("input: { format: '\(format)' }, identity: {}")
        let identity = try #require(plan?.input.formats.identity, "\(text)")
        #expect(identity.namespaces.map(\.name) == names)
    }

    @Test func putsTheNativeFormsOwnIDFirst() throws {
        let (plan, _) = try load("identity: { ids: { device: {} } }")
        #expect(plan?.input.formats.identity?.namespaces.map(\.name) == ["customer_id", "device"])
    }

    @Test(arguments: [
        ("identity: { id: {} }", "unknown key \"id\""),
        ("identity: { ids: {} }", "no namespace is named"),
        ("identity: { ids: { a: { uniqe: true } } }", "unknown key \"uniqe\""),
        ("identity: { ids: { a: { unique: true, limit: 3 } } }", "has no other limit"),
        ("identity: { ids: { a: { unique: true, shared: 'split' } } }", "is never shared"),
        ("identity: { ids: { a: { limit: 0 } } }", "limit"),
        ("identity: { ids: { a: { fold: 'upper' } } }", "lower"),
        ("identity: { ids: { a: { from: '/a~2' } } }", "no JSON Pointer"),
        ("input: { format: 'segment' }, identity: { ids: { email: {} } }", "the format has no place for \"email\""),
        ("identity: { block: 're:(' }", "no regular expression"),
        ("identity: { max_ids: 0 }", "max_ids"),
        ("identity: { max_merges: -1 }", "max_merges"),
        ("identity: { merge: { on: 'a', into: '/a' } }", "\"from\""),
        ("privacy: { forget_on: [''] }", "forget_on"),
        ("privacy: { forget: 'a' }", "unknown key \"forget\""),
        ("windows: { n: { count: true, of: 'account' } }", "accounts are known with the section \"identity\" only"),
        ("identity: {}, windows: { n: { count: true, of: 'firm' } }", "account"),
        ("identity: { leave_account: { from: '/account' } }", "\"on\""),
        ("identity: { leave_account: { on: 'left', from: '/a~2' } }", "no JSON Pointer"),
    ])
    func saysWhatIsWrong(rest: String, message: String) throws {
        let (plan, text) = try load(rest)
        #expect(plan == nil)
        #expect(text.contains(message), "\(text)")
    }

    @Test func notesWhatARuleReadsThatIsOthers() throws {
        let (plan, text) = try load(
            """
            identity: {}, profile: { tier: { on: "a", from: "event.properties.t" } },
            windows: { firm: { count: true, of: "account" } },
            moments: { one: { of: "account", when: "profile.tier == 'gold'" }, two: { when: "windows.firm > 2" } }
            """)
        #expect(plan != nil)
        #expect(text.contains("profile.tier is a person's, and never there for an account"), "\(text)")
        #expect(text.contains("windows.firm is an account's, and never there for a person"), "\(text)")
    }

    @Test(arguments: [
        ("{ not: 'b', for: '1h', where: 'event.properties.x > 1' }", true), ("{ not: '*', for: '1h' }", true),
        ("{ not: ['b', 'c'], for: '1h' }", false), ("{ as: 'c', on: 'b' }", false),
    ])
    func notesWhichAbsencesNobodyElseCanEnd(last: String, isNoted: Bool) throws {
        let moments = "moments: { m: { sequence: [{ as: 'a', on: 'a' }, \(last)] } }"
        let note = "is not ended by what the other one has done"
        for (identity, isThere) in [("identity: {}, ", true), ("", false)] {
            let (plan, text) = try load(identity + moments)
            #expect(plan != nil, "\(text)")
            #expect(text.contains(note) == (isNoted && isThere), "\(text)")
        }
    }
}
