package import Languages

/// A text in both languages of the program.
package struct BothLanguages: Sendable {
    package let english: String
    package let spanish: String

    /// The text in one of them.
    package func text(in language: Language) -> String { language == .spanish ? spanish : english }
}

/// What is to be known of a message's code: the one catalogue, from which `journeyd help JD0205`, docs/messages.md and
/// the rules of SARIF come.
package struct MessageHelp: Sendable {
    /// What is wrong, in a sentence.
    package let meaning: BothLanguages
    /// What to do about it.
    package let remedy: BothLanguages
    /// A configuration that brings the message; nil where it would be too long, or stands in no configuration.
    package let faulty: String?
    /// The same without it.
    package let mended: String?
    /// A message with the code, where no configuration brings it.
    package let example: String?

    init(
        _ english: String, _ spanish: String, _ remedyInEnglish: String, _ remedyInSpanish: String,
        faulty: String? = nil, mended: String? = nil, example: String? = nil
    ) {
        meaning = BothLanguages(english: english, spanish: spanish)
        remedy = BothLanguages(english: remedyInEnglish, spanish: remedyInSpanish)
        self.faulty = faulty
        self.mended = mended
        self.example = example
    }

    /// Files that the examples read.
    package static let files = [
        (
            "names.json5",
            #"{ version: 1, emit: ["moment"], windows: { orders: { count: true, on: "purchase" } } }"#
        ),
        ("products.csv", "sku,margin\nA1,0.4\n"),
    ]
}

extension MessageCode {
    /// What is to be known of it.
    package var help: MessageHelp {
        switch self {
        case .notUTF8:
            MessageHelp(
                #"The file is not UTF-8."#,
                #"El archivo no es UTF-8."#,
                #"Save it as UTF-8 in the editor, or: `iconv -f UTF-16 -t UTF-8`."#,
                #"Guárdelo como UTF-8 en el editor, o: `iconv -f UTF-16 -t UTF-8`."#)
        case .syntax:
            MessageHelp(
                #"The text is not JSON5."#,
                #"El texto no es JSON5."#,
                #"The place is where reading could not go on; the fault often stands just before it: a comma, quote or bracket that is missing."#,
                #"El lugar es donde no se pudo seguir leyendo; el fallo suele estar justo antes: falta una coma, una comilla o un paréntesis."#,
                faulty: #"{ version: 1 emit: ["moment"] }"#,
                mended: #"{ version: 1, emit: ["moment"] }"#)
        case .keyTwice:
            MessageHelp(
                #"A key stands twice in one object."#,
                #"Una clave está dos veces en un objeto."#,
                #"Keep one of the two, or give the second another name."#,
                #"Deje una de las dos, o dé a la segunda otro nombre."#,
                faulty: #"{ version: 1, windows: { orders: { count: true, on: "a", on: "b" } } }"#,
                mended: #"{ version: 1, windows: { orders: { count: true, on: ["a", "b"] } } }"#)
        case .notAConfiguration:
            MessageHelp(
                #"The file is JSON5, and no object."#,
                #"El archivo es JSON5, y no un objeto."#,
                #"A configuration is one object; write its sections between braces."#,
                #"Una configuración es un objeto; escriba sus secciones entre llaves."#,
                faulty: #"[]"#,
                mended: #"{ version: 1 }"#)
        case .includeUnreadable:
            MessageHelp(
                #"A file named by `include` cannot be read."#,
                #"Un archivo que nombra `include` no se puede leer."#,
                #"Paths are relative to the file that includes; check the name and the permissions."#,
                #"Las rutas son relativas al archivo que incluye; compruebe el nombre y los permisos."#,
                faulty: #"{ version: 1, include: ["missing.json5"] }"#,
                mended: #"{ version: 1, include: ["names.json5"] }"#)
        case .includeCircle:
            MessageHelp(
                #"Files include each other in a circle, or nest too deep."#,
                #"Los archivos se incluyen en círculo, o anidan demasiado."#,
                #"Take one `include` out; a file is read once, however often it is named."#,
                #"Quite un `include`; un archivo se lee una vez, por muchas que se nombre."#,
                faulty: #"{ version: 1, include: ["main.json5"] }"#,
                mended: #"{ version: 1, include: ["names.json5"] }"#)
        case .tooLarge:
            MessageHelp(
                #"The configuration is larger than 16 MiB, or has more than 256 files."#,
                #"La configuración pasa de 16 MiB, o de 256 archivos."#,
                #"Tables belong into files of their own (`tables`); join small files."#,
                #"Las tablas van en archivos propios (`tables`); junte archivos pequeños."#)
        case .setTwice:
            MessageHelp(
                #"A section is set in two files."#,
                #"Una sección se fija en dos archivos."#,
                #"Keep one. Only sections of definitions may be spread over files."#,
                #"Deje una. Solo las secciones de definiciones pueden repartirse entre archivos."#,
                faulty: #"{ version: 1, include: ["names.json5"], emit: ["moment"] }"#,
                mended: #"{ version: 1, include: ["names.json5"] }"#)
        case .definedTwice:
            MessageHelp(
                #"A name is defined twice in different files."#,
                #"Un nombre se define dos veces en archivos distintos."#,
                #"Rename one of the two; the message says where the first one stands."#,
                #"Cambie el nombre de uno; el mensaje dice dónde está el primero."#,
                faulty: #"{ version: 1, include: ["names.json5"], windows: { orders: { count: true } } }"#,
                mended: #"{ version: 1, include: ["names.json5"], windows: { visits: { count: true } } }"#)
        case .wrongKind:
            MessageHelp(
                #"A value is of another kind than its key wants."#,
                #"Un valor es de otra clase que la que pide su clave."#,
                #"The message names the kind; texts stand in quotes, numbers and `true` do not."#,
                #"El mensaje nombra la clase; los textos van entre comillas, los números y `true` no."#,
                faulty: #"{ version: 1, moments: { big: { when: "true", choose: "2" } } }"#,
                mended: #"{ version: 1, moments: { big: { when: "true", choose: 2 } } }"#)
        case .empty:
            MessageHelp(
                #"A text or a list is empty."#,
                #"Un texto o una lista está vacío."#,
                #"Write at least one, or leave the key out."#,
                #"Escriba al menos uno, o quite la clave."#,
                faulty: #"{ version: 1, windows: { orders: { count: true, on: [] } } }"#,
                mended: #"{ version: 1, windows: { orders: { count: true, on: ["purchase"] } } }"#)
        case .outOfRange:
            MessageHelp(
                #"A number lies outside its bounds."#,
                #"Un número está fuera de sus límites."#,
                #"The message says the bounds; docs/configuration.md has them for every key."#,
                #"El mensaje dice los límites; docs/configuration.md los tiene para cada clave."#,
                faulty: #"{ version: 1, policy: { choose: 0 } }"#,
                mended: #"{ version: 1, policy: { choose: 1 } }"#)
        case .unknownWord:
            MessageHelp(
                #"A word is none of those that the key knows."#,
                #"Una palabra no es ninguna de las que conoce la clave."#,
                #"The message lists the words, or the one that was meant."#,
                #"El mensaje lista las palabras, o la que se quiso decir."#,
                faulty: #"{ version: 1, policy: { explain: "ful" } }"#,
                mended: #"{ version: 1, policy: { explain: "full" } }"#)
        case .notAnAmount:
            MessageHelp(
                #"A text is no duration, or no size."#,
                #"Un texto no es una duración, o no es un tamaño."#,
                #"Durations are numbers with `ms`, `s`, `m`, `h`, `d` or `w`, sizes with `B`, `KiB`, `MiB`, `GiB` or `TiB`: `"1h30m"`, `"64KiB"`."#,
                #"Las duraciones son números con `ms`, `s`, `m`, `h`, `d` o `w`, los tamaños con `B`, `KiB`, `MiB`, `GiB` o `TiB`: `"1h30m"`, `"64KiB"`."#,
                faulty: #"{ version: 1, time: { disorder: "30 mins" } }"#,
                mended: #"{ version: 1, time: { disorder: "30m" } }"#)
        case .amountOutOfRange:
            MessageHelp(
                #"A duration or a size is too small or too large."#,
                #"Una duración o un tamaño es demasiado pequeño o demasiado grande."#,
                #"The message says the bound."#,
                #"El mensaje dice el límite."#,
                faulty: #"{ version: 1, time: { idle_after: "0s" } }"#,
                mended: #"{ version: 1, time: { idle_after: "1s" } }"#)
        case .unknownKey:
            MessageHelp(
                #"A key is none of those that stand here."#,
                #"Una clave no es ninguna de las que van aquí."#,
                #"The message names the nearest key; docs/configuration.md lists all. It may belong one level up or down."#,
                #"El mensaje nombra la clave más parecida; docs/configuration.md las lista todas. Quizá va un nivel más arriba o más abajo."#,
                faulty: #"{ version: 1, moments: { big: { when: "true", cooldwon: "1d" } } }"#,
                mended: #"{ version: 1, moments: { big: { when: "true", cooldown: "1d" } } }"#)
        case .missingKey:
            MessageHelp(
                #"A key is missing that is always needed here."#,
                #"Falta una clave que aquí siempre hace falta."#,
                #"Write it; the message shows its form."#,
                #"Escríbala; el mensaje muestra su forma."#,
                faulty: #"{ emit: ["moment"] }"#,
                mended: #"{ version: 1, emit: ["moment"] }"#)
        case .keyChoice:
            MessageHelp(
                #"Of keys that stand for each other there are several, or none."#,
                #"De claves que se sustituyen hay varias, o ninguna."#,
                #"Keep just one of them."#,
                #"Deje solo una de ellas."#,
                faulty: #"{ version: 1, windows: { orders: { count: true, sum: "event.properties.price" } } }"#,
                mended: #"{ version: 1, windows: { orders: { count: true } } }"#)
        case .misplacedKey:
            MessageHelp(
                #"A key does not go with the others here."#,
                #"Una clave no va con las demás aquí."#,
                #"Leave it out; the message says what it is about."#,
                #"Quítela; el mensaje dice de qué trata."#,
                faulty: #"{ version: 1, scores: { risk: { expr: 1, intercept: 2 } } }"#,
                mended: #"{ version: 1, scores: { risk: { expr: 1 } } }"#)
        case .later:
            MessageHelp(
                #"The language has it, and this version has not yet."#,
                #"El lenguaje lo tiene, y esta versión aún no."#,
                #"Leave it out, or write what the message says instead."#,
                #"Quítelo, o escriba lo que dice el mensaje."#,
                faulty: #"{ version: 1, moments: { big: { when: "true", by: "event.id" } } }"#,
                mended: #"{ version: 1, moments: { big: { when: "true" } } }"#)
        case .missingBeside:
            MessageHelp(
                #"A key is missing that another one asks for."#,
                #"Falta una clave que otra pide."#,
                #"Write both, or leave both out."#,
                #"Escriba las dos, o quite las dos."#,
                faulty: #"{ version: 1, windows: { high: { quantile: "event.properties.price" } } }"#,
                mended: #"{ version: 1, windows: { high: { quantile: "event.properties.price", q: 0.9 } } }"#)
        case .nameForm:
            MessageHelp(
                #"A name is too long, empty, or `"*"` where it cannot be."#,
                #"Un nombre es demasiado largo, está vacío, o es `"*"` donde no puede."#,
                #"Names have 1 to 128 bytes; `"*"` stands alone."#,
                #"Los nombres tienen de 1 a 128 bytes; `"*"` va solo."#,
                faulty: #"{ version: 1, windows: { orders: { count: true, on: ["purchase", "*"] } } }"#,
                mended: #"{ version: 1, windows: { orders: { count: true, on: "*" } } }"#)
        case .unknownName:
            MessageHelp(
                #"Something is named that is not defined."#,
                #"Se nombra algo que no está definido."#,
                #"Define it, or write the name that the message suggests."#,
                #"Defínalo, o escriba el nombre que sugiere el mensaje."#,
                faulty: #"{ version: 1, moments: { big: { when: "true" } }, actions: { call: { on: "bigg" } } }"#,
                mended: #"{ version: 1, moments: { big: { when: "true" } }, actions: { call: { on: "big" } } }"#)
        case .listedTwice:
            MessageHelp(
                #"The same thing stands twice in a list."#,
                #"Lo mismo está dos veces en una lista."#,
                #"Take one out."#,
                #"Quite uno."#,
                faulty: #"{ version: 1, windows: { orders: { count: true, on: ["a", "a"] } } }"#,
                mended: #"{ version: 1, windows: { orders: { count: true, on: ["a", "b"] } } }"#)
        case .expressionFault:
            MessageHelp(
                #"An expression does not compile."#,
                #"Una expresión no compila."#,
                #"The caret stands at the fault; try expressions with `journeyd eval`. Names of windows, scores and segments stand behind `windows.`, `scores.` and `segments.`, what events carry behind `event.properties.`"#,
                #"La marca está en el fallo; pruebe expresiones con `journeyd eval`. Los nombres de ventanas, puntuaciones y segmentos van tras `windows.`, `scores.` y `segments.`, lo que llevan los eventos tras `event.properties.`"#,
                faulty: #"{ version: 1, moments: { big: { when: "windows.orders >" } } }"#,
                mended:
                    #"{ version: 1, windows: { orders: { count: true } }, moments: { big: { when: "windows.orders > 3" } } }"#
            )
        case .expressionType:
            MessageHelp(
                #"An expression comes to a value of another type than is needed."#,
                #"Una expresión da un valor de otro tipo que el que hace falta."#,
                #"Convert it: `double(…)`, `string(…)`, or compare it."#,
                #"Conviértalo: `double(…)`, `string(…)`, o compárelo."#,
                faulty: #"{ version: 1, scores: { risk: { expr: "'high'" } } }"#,
                mended: #"{ version: 1, scores: { risk: { expr: "0.9" } } }"#)
        case .configuration:
            MessageHelp(
                #"The configuration as a whole is not right."#,
                #"La configuración en conjunto no está bien."#,
                #"Do as the message says."#,
                #"Haga lo que dice el mensaje."#,
                faulty: #"{ version: 2 }"#,
                mended: #"{ version: 1 }"#)
        case .input:
            MessageHelp(
                #"What `input` or `time` says does not hold together."#,
                #"Lo que dicen `input` o `time` no concuerda."#,
                #"Do as the message says; docs/inputs.md and docs/formats.md explain the keys."#,
                #"Haga lo que dice el mensaje; docs/inputs.md y docs/formats.md explican las claves."#,
                faulty: #"{ version: 1, input: { listen: { mode: "rw-rw----" } } }"#,
                mended: #"{ version: 1, input: { listen: { mode: "0660" } } }"#)
        case .identity:
            MessageHelp(
                #"What `identity` or `privacy` says does not hold together."#,
                #"Lo que dicen `identity` o `privacy` no concuerda."#,
                #"Do as the message says; docs/identity.md explains the keys."#,
                #"Haga lo que dice el mensaje; docs/identity.md explica las claves."#,
                faulty: #"{ version: 1, identity: { ids: {} } }"#,
                mended: #"{ version: 1, identity: {} }"#)
        case .tables:
            MessageHelp(
                #"A reference table cannot be used."#,
                #"Una tabla de referencia no se puede usar."#,
                #"The message says the file and the line; keys come once, and cells fit their types."#,
                #"El mensaje dice el archivo y la línea; las claves vienen una vez, y las celdas encajan en sus tipos."#,
                faulty:
                    #"{ version: 1, tables: { products: { file: "missing.csv", key: "sku", columns: { margin: "double" } } } }"#,
                mended:
                    #"{ version: 1, tables: { products: { file: "products.csv", key: "sku", columns: { margin: "double" } } } }"#
            )
        case .profile:
            MessageHelp(
                #"What `profile` or `touchpoints` says does not hold together."#,
                #"Lo que dicen `profile` o `touchpoints` no concuerda."#,
                #"Do as the message says; docs/picture.md explains the keys."#,
                #"Haga lo que dice el mensaje; docs/picture.md explica las claves."#,
                faulty:
                    #"{ version: 1, profile: { tier: { on: "*", from: "event.properties.tier", keep: "priority" } } }"#,
                mended:
                    #"{ version: 1, profile: { tier: { on: "*", from: "event.properties.tier", keep: "latest" } } }"#)
        case .windows:
            MessageHelp(
                #"What a window says does not hold together."#,
                #"Lo que dice una ventana no concuerda."#,
                #"Do as the message says; docs/picture.md explains the keys."#,
                #"Haga lo que dice el mensaje; docs/picture.md explica las claves."#,
                faulty: #"{ version: 1, windows: { orders: { count: false } } }"#,
                mended: #"{ version: 1, windows: { orders: { count: true } } }"#)
        case .scores:
            MessageHelp(
                #"What a score or a segment says does not hold together."#,
                #"Lo que dice una puntuación o un segmento no concuerda."#,
                #"Do as the message says; docs/picture.md explains the keys."#,
                #"Haga lo que dice el mensaje; docs/picture.md explica las claves."#)
        case .moments:
            MessageHelp(
                #"What a moment says does not hold together."#,
                #"Lo que dice un momento no concuerda."#,
                #"Do as the message says; docs/sequences.md shows every operator."#,
                #"Haga lo que dice el mensaje; docs/sequences.md muestra cada operador."#,
                faulty: #"{ version: 1, moments: { left: { sequence: [{ as: "first visit", on: "visit" }] } } }"#,
                mended: #"{ version: 1, moments: { left: { sequence: [{ as: "first_visit", on: "visit" }] } } }"#)
        case .actions:
            MessageHelp(
                #"What an action says does not hold together."#,
                #"Lo que dice una acción no concuerda."#,
                #"Do as the message says; docs/decisions.md explains the keys."#,
                #"Haga lo que dice el mensaje; docs/decisions.md explica las claves."#,
                faulty:
                    #"{ version: 1, moments: { big: { when: "true" } }, actions: { call: { on: "big", propensity: 20 } } }"#,
                mended:
                    #"{ version: 1, moments: { big: { when: "true" } }, actions: { call: { on: "big", propensity: 0.2 } } }"#
            )
        case .responses:
            MessageHelp(
                #"What `responses` says does not hold together."#,
                #"Lo que dice `responses` no concuerda."#,
                #"Do as the message says; docs/learning.md explains the keys."#,
                #"Haga lo que dice el mensaje; docs/learning.md explica las claves."#,
                faulty: #"{ version: 1, responses: { accept: { on: "*" } } }"#,
                mended: #"{ version: 1, responses: { accept: { on: "purchase" } } }"#)
        case .policy:
            MessageHelp(
                #"What the policy says does not hold together."#,
                #"Lo que dice la política no concuerda."#,
                #"Do as the message says; docs/decisions.md explains the keys."#,
                #"Haga lo que dice el mensaje; docs/decisions.md explica las claves."#,
                faulty: #"{ version: 1, policy: { holdout: { percent: 5.125 } } }"#,
                mended: #"{ version: 1, policy: { holdout: { percent: 5.12 } } }"#)
        case .outputs:
            MessageHelp(
                #"What an output says does not hold together."#,
                #"Lo que dice una salida no concuerda."#,
                #"Do as the message says; docs/outputs.md explains the keys."#,
                #"Haga lo que dice el mensaje; docs/outputs.md explica las claves."#,
                faulty: #"{ version: 1, outputs: [{ to: "standard output" }] }"#,
                mended: #"{ version: 1, outputs: [{ to: "stdout" }] }"#)
        case .journal:
            MessageHelp(
                #"What `journal` says does not hold together."#,
                #"Lo que dice `journal` no concuerda."#,
                #"Do as the message says; docs/durability.md explains the keys."#,
                #"Haga lo que dice el mensaje; docs/durability.md explica las claves."#,
                faulty: #"{ version: 1, journal: { fsync: "always", interval: "50ms" } }"#,
                mended: #"{ version: 1, journal: { fsync: "interval", interval: "50ms" } }"#)
        case .report:
            MessageHelp(
                #"What `report` says does not hold together."#,
                #"Lo que dice `report` no concuerda."#,
                #"Do as the message says; docs/report.md explains the keys."#,
                #"Haga lo que dice el mensaje; docs/report.md explica las claves."#,
                faulty: #"{ version: 1, report: { conversion: "*" } }"#,
                mended: #"{ version: 1, report: { conversion: "purchase" } }"#)
        case .scenario:
            MessageHelp(
                #"A scenario does not hold together."#,
                #"Un escenario no concuerda."#,
                #"Do as the message says; docs/scenarios.md shows how to write one."#,
                #"Haga lo que dice el mensaje; docs/scenarios.md muestra cómo se escribe."#)
        case .worthKnowing:
            MessageHelp(
                #"Something is worth knowing; the configuration can be used."#,
                #"Algo conviene saberlo; la configuración se puede usar."#,
                #"Mostly something changes nothing where it stands; take it out, or write what was meant."#,
                #"Casi siempre algo no cambia nada donde está; quítelo, o escriba lo que se quería."#,
                faulty:
                    #"{ version: 1, moments: { big: { when: "true" } }, actions: { call: { on: "big", prefer_channel: "'email'" } } }"#,
                mended:
                    #"{ version: 1, moments: { big: { when: "true" } }, actions: { call: { on: "big", channels: ["app", "email"], prefer_channel: "'email'" } } }"#
            )
        case .unused:
            MessageHelp(
                #"Nothing uses a definition."#,
                #"Nada usa una definición."#,
                #"Take it out: it costs memory for each customer; or use it."#,
                #"Quítela: cuesta memoria por cada cliente; o úsela."#,
                faulty: #"{ version: 1, windows: { orders: { count: true } } }"#,
                mended:
                    #"{ version: 1, windows: { orders: { count: true } }, moments: { big: { when: "windows.orders > 3" } } }"#
            )
        case .decidedAtEvents:
            MessageHelp(
                #"A condition depends on time in a way that is looked at only when an event comes."#,
                #"Una condición depende del tiempo de un modo que se mira solo cuando llega un evento."#,
                #"Compare a `since_…` window with a constant duration, and leave `event` and `now` out, to have it decided as time passes."#,
                #"Compare una ventana `since_…` con una duración constante, y quite `event` y `now`, para que se decida al pasar el tiempo."#,
                faulty: #"{ version: 1, moments: { late: { when: "now > timestamp('2030-01-01T00:00:00Z')" } } }"#,
                mended:
                    #"{ version: 1, windows: { quiet: { since_last: true } }, moments: { late: { when: "windows.quiet > duration('168h')" } } }"#
            )
        case .lookAlike:
            MessageHelp(
                #"Two names look alike and differ in their bytes."#,
                #"Dos nombres parecen iguales y difieren en sus bytes."#,
                #"Write both alike, unless both come in the data."#,
                #"Escríbalos iguales, salvo que los dos vengan en los datos."#,
                faulty: #"{ version: 1, moments: { "caf\u00e9": { when: "true" }, "cafe\u0301": { when: "true" } } }"#,
                mended: #"{ version: 1, moments: { "caf\u00e9": { when: "true" } } }"#)
        default: helpAtRunning
        }
    }
}
