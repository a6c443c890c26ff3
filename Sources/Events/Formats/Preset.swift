import Storage

/// The formats that are known by name, each a mapping. Numbers follow from the order: new ones go to the end.
package enum Preset: String, Sendable, CaseIterable {
    case native, segment, rudderstack, cloudevents, snowplow, ga4, posthog, mixpanel, amplitude, csv

    package var mapping: Mapping {
        switch self {
        case .native: .native
        case .segment, .rudderstack: .segment
        case .cloudevents: .cloudEvents
        case .snowplow: .snowplow
        case .ga4: .ga4
        case .posthog: .postHog
        case .mixpanel: .mixpanel
        case .amplitude: .amplitude
        case .csv: .csv
        }
    }

    /// How people call it.
    package var title: String {
        switch self {
        case .native: "native"
        case .segment: "Segment"
        case .rudderstack: "RudderStack"
        case .cloudevents: "CloudEvents"
        case .snowplow: "Snowplow"
        case .ga4: "Google Analytics 4"
        case .posthog: "PostHog"
        case .mixpanel: "Mixpanel"
        case .amplitude: "Amplitude"
        case .csv: "CSV"
        }
    }
}

extension MappedPlace {
    /// The place as far as it is one only under conditions.
    func when(_ at: Pointer, _ texts: String..., else otherwise: [MappedPlace] = []) -> MappedPlace {
        var place = self
        place.when.append(PlaceTest(at, texts))
        place.otherwise = otherwise
        return place
    }

    var lower: MappedPlace {
        var place = self
        place.isLower = true
        return place
    }

    var number: MappedPlace {
        var place = self
        place.isNumber = true
        return place
    }

    func words(_ words: [ByteName: String]) -> MappedPlace {
        var place = self
        place.words = words
        return place
    }

    func behind(_ prefix: String) -> MappedPlace {
        var place = self
        place.prefix = prefix
        return place
    }

    func unless(_ prefix: String) -> MappedPlace {
        var place = self
        place.noPrefix = prefix
        return place
    }

    static func join(_ places: [MappedPlace], by text: String, needs: [Pointer]) -> MappedPlace {
        MappedPlace(.join(places, by: text, needs: needs))
    }
}

extension PropertyPlaces {
    func when(_ at: Pointer, _ texts: String...) -> PropertyPlaces {
        var places = self
        places.when.append(PlaceTest(at, texts))
        return places
    }

    func without(_ texts: String...) -> PropertyPlaces {
        var places = self
        places.without = texts
        return places
    }
}

extension Mapping {
    /// events.md, with what identity adds to it.
    static let native: Mapping = {
        var mapping = Mapping()
        mapping.each = [""]
        mapping.id = ["/id"]
        mapping.customerID = ["/customer_id"]
        mapping.event = ["/event"]
        mapping.time = TimePlaces(["/timestamp"])
        mapping.time.unit = .milliseconds
        mapping.channel = ["/channel"]
        mapping.properties = [PropertyPlaces("/properties")]
        mapping.account = ["/account"]
        return mapping
    }()

    static let segment: Mapping = {
        var mapping = Mapping()
        mapping.each = ["/batch"]
        mapping.inherit = ["/context", "/sentAt", "/receivedAt"]
        mapping.id = ["/messageId"]
        mapping.event = [("/event" as MappedPlace).when("/type", "track", else: ["/type"])]
        mapping.time = TimePlaces(["/timestamp", "/originalTimestamp", "/sentAt", "/receivedAt"])
        mapping.time.skew = TimePlaces.Skew(original: "/originalTimestamp", sent: "/sentAt", received: "/receivedAt")
        mapping.channel = [
            ("/context/device/type" as MappedPlace).lower, ("/channel" as MappedPlace).words(["client": "web"]),
        ]
        mapping.properties = [
            PropertyPlaces("/context/traits").when("/type", "identify"),
            PropertyPlaces("/name").when("/type", "page", "screen"),
            PropertyPlaces("/category").when("/type", "page", "screen"),
            PropertyPlaces("/properties"), PropertyPlaces("/traits"),
        ]
        mapping.ids = [Namespace("user_id", ["/userId"]), Namespace("anonymous_id", ["/anonymousId"])]
        mapping.merge = [Merging(on: "alias", into: ["/userId"], from: ["/previousId"])]
        mapping.account = ["/groupId", "/context/groupId"]
        return mapping
    }()

    static let cloudEvents: Mapping = {
        var mapping = Mapping()
        mapping.each = [""]
        mapping.id = [.join(["/source", "/id"], by: " ", needs: ["/source", "/id"])]
        mapping.event = ["/type"]
        mapping.time = TimePlaces(["/time"])
        mapping.properties = [PropertyPlaces("/data")]
        mapping.ids = [
            Namespace(
                "user_id", ["/data/customer_id", "/data/customer/id", "/data/user_id", "/data/userId", "/subject"])
        ]
        return mapping
    }()

    static let snowplow: Mapping = {
        var mapping = Mapping()
        let ecommerce = "unstruct_event_com_snowplowanalytics_snowplow_ecommerce_snowplow_ecommerce_action_1"
        let action = Pointer(tokens: [ecommerce, "type"])
        mapping.id = ["/event_id"]
        mapping.event = [
            ("/se_action" as MappedPlace).when("/event", "struct"), MappedPlace(.pointer(action)), "/event_name",
            "/event",
        ]
        mapping.time = TimePlaces(["/derived_tstamp", "/true_tstamp", "/collector_tstamp", "/dvce_created_tstamp"])
        mapping.channel = [("/platform" as MappedPlace).lower]
        let contexts = [
            "product", "cart", "transaction", "checkout_step", "promotion", "refund", "page", "user",
            "transaction_error",
        ]
        mapping.properties =
            [
                PropertyPlaces("/unstruct_event/data"), PropertyPlaces("/unstruct_event_*"),
                PropertyPlaces(Pointer(tokens: [ecommerce])),
            ]
            + contexts.map { name in
                let key = "contexts_com_snowplowanalytics_snowplow_ecommerce_\(name)_1"
                return PropertyPlaces(Pointer(tokens: [key]), as: name)
            }
            + ["se_category", "se_action", "se_label", "se_property", "se_value", "page_url"].map {
                PropertyPlaces(Pointer(tokens: [$0]))
            }
        mapping.ids = ["user_id", "domain_userid", "network_userid"].map { name in
            Namespace(name, [MappedPlace(.pointer(Pointer(tokens: [name])))])
        }
        return mapping
    }()

    static let ga4: Mapping = {
        var mapping = Mapping()
        mapping.each = ["/events"]
        mapping.inherit = ["/client_id", "/app_instance_id", "/user_id", "/timestamp_micros"]
        mapping.id = [
            .join(
                ["/user_pseudo_id", "/event_timestamp", "/event_name", "/batch_page_id", "/batch_event_index"],
                by: "/", needs: ["/event_timestamp"])
        ]
        mapping.event = ["/event_name", "/name"]
        mapping.time = TimePlaces(["/event_timestamp", "/timestamp_micros"])
        mapping.channel = [("/platform" as MappedPlace).lower]
        mapping.properties = [
            PropertyPlaces(
                list: "/event_params", key: "/key",
                value: [
                    "/value/string_value", ("/value/int_value" as MappedPlace).number,
                    ("/value/float_value" as MappedPlace).number, ("/value/double_value" as MappedPlace).number,
                ]),
            PropertyPlaces("/params"), PropertyPlaces("/ecommerce", as: "ecommerce"),
            PropertyPlaces("/items", as: "items"),
        ]
        mapping.ids = [
            Namespace("user_id", ["/user_id"]),
            Namespace("client_id", ["/user_pseudo_id", "/client_id", "/app_instance_id"]),
        ]
        return mapping
    }()

    static let postHog: Mapping = {
        var mapping = Mapping()
        let id: [MappedPlace] = ["/distinct_id", "/properties/distinct_id", "/properties/$distinct_id"]
        mapping.each = ["/batch", "/data", ""]
        mapping.inherit = ["/sent_at"]
        mapping.id = ["/uuid"]
        mapping.event = ["/event"]
        mapping.time = TimePlaces(["/timestamp"])
        mapping.time.before = TimePlaces.Before(time: "/sent_at", milliseconds: "/offset")
        mapping.channel = ["/properties/$lib"]
        mapping.properties = [PropertyPlaces("/properties")]
        mapping.ids = [Namespace("distinct_id", id)]
        mapping.merge = [
            Merging(on: "$identify", into: id, from: ["/properties/$anon_distinct_id"]),
            Merging(on: "$create_alias", into: id, from: ["/properties/alias"]),
            Merging(on: "$merge_dangerously", into: id, from: ["/properties/alias"], force: true),
        ]
        mapping.account = [
            "/properties/$groups/company", "/properties/$groups/organization", "/properties/$groups/account",
            ("/properties/$group_key" as MappedPlace).when(
                "/properties/$group_type", "company", "organization", "account"),
        ]
        return mapping
    }()

    static let mixpanel: Mapping = {
        var mapping = Mapping()
        let device = "$device:"
        mapping.each = ["/batch", "/data", ""]
        mapping.id = ["/properties/$insert_id"]
        mapping.event = ["/event"]
        mapping.time = TimePlaces(["/properties/time"])
        mapping.channel = ["/properties/mp_lib"]
        mapping.properties = [PropertyPlaces("/properties")]
        mapping.ids = [
            Namespace(
                "user_id",
                [
                    "/properties/$user_id", ("/properties/distinct_id" as MappedPlace).unless(device),
                    "/properties/$identified_id",
                ]),
            Namespace(
                "device_id",
                [
                    "/properties/$device_id", ("/properties/distinct_id" as MappedPlace).behind(device),
                    "/properties/$anon_id",
                ]),
        ]
        mapping.merge = [
            Merging(on: "$create_alias", into: ["/properties/distinct_id"], from: ["/properties/alias"]),
            Merging(
                on: "$merge", into: ["/properties/$distinct_ids/0"], from: ["/properties/$distinct_ids/1"], force: true),
        ]
        return mapping
    }()

    static let amplitude: Mapping = {
        var mapping = Mapping()
        mapping.each = ["/events", "/batch", "/data", ""]
        mapping.id = ["/$insert_id", "/insert_id", "/uuid"]
        mapping.event = ["/event_type"]
        mapping.time = TimePlaces(["/event_time", "/time", "/client_event_time"])
        mapping.time.skew = TimePlaces.Skew(
            original: "/client_event_time", sent: "/client_upload_time", received: "/server_received_time")
        mapping.channel = [("/platform" as MappedPlace).lower]
        mapping.properties = [
            PropertyPlaces("/event_properties"),
            PropertyPlaces("/user_properties").when("/event_type", "$identify").without("EMPTY"),
        ]
        mapping.ids = [Namespace("user_id", ["/user_id"]), Namespace("device_id", ["/device_id"])]
        mapping.account = ["/groups/company", "/groups/company/0", "/groups/organization", "/groups/organization/0"]
        return mapping
    }()

    static let csv: Mapping = {
        var mapping = Mapping()
        mapping.id = ["/id"]
        mapping.event = ["/event"]
        mapping.time = TimePlaces(["/timestamp"])
        mapping.channel = ["/channel"]
        mapping.properties = [PropertyPlaces(nil)]
        mapping.ids = [Namespace("user_id", ["/customer_id"])]
        return mapping
    }()
}
