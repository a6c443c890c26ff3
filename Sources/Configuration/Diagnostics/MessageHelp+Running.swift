extension MessageCode {
    /// What is to be known of a code whose messages no configuration brings.
    var helpAtRunning: MessageHelp { helpOnLines ?? helpOnOutputs ?? helpOnCells ?? helpOnRuns }

    /// On the command line, inputs and their lines.
    private var helpOnLines: MessageHelp? {
        switch self {
        case .usage:
            MessageHelp(
                "The command line does not say what is to be done.",
                "La línea de órdenes no dice qué hay que hacer.",
                "Write it as the message says; `journeyd help COMMAND` lists what there is.",
                "Escríbala como dice el mensaje; `journeyd help ORDEN` enumera lo que hay.",
                example: #"journeyd run: --shards: "many" is not a whole number from 1 to 256; write --shards 2"#)
        case .file:
            MessageHelp(
                "A file or folder that was named cannot be used.",
                "Un archivo o una carpeta que se nombró no se puede usar.",
                "Check the name, the permissions, and that it is not there already where it is to be made.",
                "Revise el nombre, los permisos, y que no exista ya donde se ha de crear.",
                example: "journeyd.json5: is there already; name another folder, or move it away")
        case .systemLimit:
            MessageHelp(
                "A limit of the machine or of the service is reached: open files, or memory.",
                "Se alcanzó un límite de la máquina o del servicio: archivos abiertos, o memoria.",
                "Raise it (`ulimit`, `LimitNOFILE=`, `MemoryMax=`), or have less kept; docs/limits.md says what takes how much.",
                "Súbalo (`ulimit`, `LimitNOFILE=`, `MemoryMax=`), o guarde menos; docs/limits.md dice cuánto ocupa cada cosa.",
                example:
                    "journeyd: only 64 files may be open at a time (ulimit -n), and 256 are needed at least; raise the limit"
            )
        case .line:
            MessageHelp(
                "A line is no event that can be read.",
                "Una línea no es un evento que se pueda leer.",
                "Mend what writes it, or say under `input.format` what it is; `--rejects FILE` keeps what was rejected.",
                "Arregle lo que la escribe, o diga en `input.format` qué es; `--rejects ARCHIVO` guarda lo rechazado.",
                example: #""customer_id" is absent; it is read from /customer_id"#)
        case .eventTime:
            MessageHelp(
                "A timestamp cannot be read.",
                "Un timestamp no se puede leer.",
                "Write RFC 3339 with a zone, or milliseconds since 1970; `time.unit` says other units.",
                "Escriba RFC 3339 con zona, o milisegundos desde 1970; `time.unit` dice otras unidades.",
                example: #"is not an RFC 3339 time; it wants a T between date and time"#)
        case .late:
            MessageHelp(
                "An event came too late, or is too far ahead.",
                "Un evento llegó demasiado tarde, o va demasiado adelantado.",
                "Sort files by time; for streams raise `time.disorder`, and look at the sender's clock.",
                "Ordene los archivos por tiempo; para flujos suba `time.disorder`, y mire el reloj de quien envía.",
                example: "2026-01-31T08:00:00Z is before the watermark 2026-01-31T09:00:00Z; raise time.disorder")
        case .tableRow:
            MessageHelp(
                "A row, or the header, of a table cannot be read.",
                "Una fila, o la cabecera, de una tabla no se puede leer.",
                "Mend the row; `input.csv` says the mark between cells and how quotes are written.",
                "Arregle la fila; `input.csv` dice la marca entre celdas y cómo se escriben las comillas.",
                example: "a row of 5 cells, where the header has 4")
        case .packedInput:
            MessageHelp(
                "A packed file is damaged, or not packed as its name says.",
                "Un archivo comprimido está dañado, o no está comprimido como dice su nombre.",
                "Fetch it again; what stood before the fault was read.",
                "Tráigalo de nuevo; lo que había antes del fallo se ha leído.",
                example: "the gzip data end too early at byte 4096; what stands before that was read")
        case .inputFile:
            MessageHelp(
                "A file of events cannot be read, or is not the one that was read before.",
                "Un archivo de eventos no se puede leer, o no es el que se leyó antes.",
                "Check the permissions; with `--data-dir`, give a new file a new name.",
                "Revise los permisos; con `--data-dir`, dé a un archivo nuevo un nombre nuevo.",
                example: "events.ndjson: is a folder; name the files in it")
        case .idless:
            MessageHelp(
                "An event has no id of a customer that can be used.",
                "Un evento no tiene ningún identificador de cliente que sirva.",
                "Mend what writes it; docs/identity.md says which ids are nobody's.",
                "Arregle lo que lo escribe; docs/identity.md dice qué identificadores no son de nadie.",
                example: "none of its ids is usable (anonymous)")
        case .address:
            MessageHelp(
                "An address to listen at, or to send to, is not one.",
                "Una dirección en la que escuchar, o a la que enviar, no lo es.",
                "Write it as the message says; docs/inputs.md and docs/outputs.md list all forms.",
                "Escríbala como dice el mensaje; docs/inputs.md y docs/outputs.md enumeran todas las formas.",
                example: "127.0.0.1 is not an address; write tcp://HOST:PORT or unix://PATH")
        case .listening:
            MessageHelp(
                "An input cannot listen at its address.",
                "Una entrada no puede escuchar en su dirección.",
                "Free the address, choose another one, or say who may come: `--allow-remote` with a `token_file`.",
                "Libere la dirección, elija otra, o diga quién puede venir: `--allow-remote` con un `token_file`.",
                example:
                    "unix:///tmp/in: cannot listen there: somebody listens there already; end that program, or choose another path"
            )
        case .connection:
            MessageHelp(
                "A connection broke, or was turned away.",
                "Se cortó una conexión, o no se admitió.",
                "Seldom is no fault. Often: look at the sender, at `max_connections` and at the limit of open files.",
                "Rara vez no es un fallo. A menudo: mire a quien envía, `max_connections` y el límite de archivos abiertos.",
                example: "connection turned away")
        case .token:
            MessageHelp(
                "A file with a token cannot be used.",
                "Un archivo con un token no se puede usar.",
                "It holds one line, and nobody else may read it: `chmod 600 FILE`.",
                "Guarda una línea, y nadie más puede leerlo: `chmod 600 ARCHIVO`.",
                example: "token: may be read by everybody; run chmod 600 token")
        case .followedFile:
            MessageHelp(
                "A followed file was renamed, emptied or removed, or cannot be opened.",
                "Un archivo seguido cambió de nombre, se vació o se borró, o no se puede abrir.",
                "Renaming loses nothing. Have copies that empty the file (`copytruncate`) replaced by renaming.",
                "Cambiar el nombre no pierde nada. Sustituya por ello las copias que vacían el archivo (`copytruncate`).",
                example: "followed file was replaced; reading the new one")
        case .request:
            MessageHelp(
                "A request over HTTP is not in order, or may not be made.",
                "Una petición por HTTP no está en regla, o no se puede hacer.",
                "Send it as the answer says; docs/http.md lists what each status means.",
                "Envíela como dice la respuesta; docs/http.md enumera qué significa cada estado.",
                example: "the body has 2 events; a decision is asked for with one")
        case .engineBehind:
            MessageHelp(
                "More comes over HTTP than the engine takes, or it is about to stop.",
                "Llega por HTTP más de lo que el motor acepta, o está por detenerse.",
                "Send it again after the pause of `Retry-After`. Often: look at the outputs, and at `journeyd_queue_depth`.",
                "Envíelo de nuevo tras la pausa de `Retry-After`. A menudo: mire las salidas, y `journeyd_queue_depth`.",
                example: "the engine is behind; nothing was taken, so send it again")
        default: nil
        }
    }

    /// On what lines go to, and on what outlasts a run.
    private var helpOnOutputs: MessageHelp? {
        switch self {
        case .outputFile:
            MessageHelp(
                "A file cannot be written, or nobody reads what is written.",
                "Un archivo no se puede escribir, o nadie lee lo que se escribe.",
                "Make room on the disk or mend the permissions; with `--data-dir` the next start goes on from there.",
                "Haga sitio en el disco o arregle los permisos; con `--data-dir` el arranque siguiente sigue desde ahí.",
                example: "out.ndjson: writing failed after 4096 bytes: No space left on device")
        case .delivery:
            MessageHelp(
                "A receiver does not take lines, or refused some.",
                "Un receptor no acepta líneas, o rechazó algunas.",
                "Lines wait and are sent again. Mend the receiver; `journeyd outputs test CONFIG` tries it. Give the output a `spool`, so that nothing is dropped meanwhile.",
                "Las líneas esperan y se envían de nuevo. Arregle el receptor; `journeyd outputs test CONFIG` lo prueba. Dé a la salida un `spool`, para que no se descarte nada entretanto.",
                example: "an output does not take lines; it is tried again")
        case .spool:
            MessageHelp(
                "A spool's folder cannot be used.",
                "La carpeta de un spool no se puede usar.",
                "Give each output a folder of its own that journeyd may write.",
                "Dé a cada salida una carpeta propia en la que journeyd pueda escribir.",
                example: "spool: is the spool of another run; give each a folder of its own")
        case .secret:
            MessageHelp(
                "A value that is kept apart from the configuration is not there.",
                "Un valor que se guarda aparte de la configuración no está.",
                "Set the variable before the start (`EnvironmentFile=`), or write the value into the file's first line.",
                "Fije la variable antes de arrancar (`EnvironmentFile=`), o escriba el valor en la primera línea del archivo.",
                example: "outputs[0].to: the environment has no SLACK_URL; set it before journeyd starts")
        case .dataDirectory:
            MessageHelp(
                "A data directory cannot be used, or is in use.",
                "Un directorio de datos no se puede usar, o está en uso.",
                "One run has one folder of its own. Newer versions read those of older ones, not the other way round.",
                "Cada ejecución tiene su propia carpeta. Las versiones nuevas leen las de las viejas, no al revés.",
                example: "data: is used by another journeyd (process 42); end that one, or name another folder")
        case .journalDamage:
            MessageHelp(
                "The journal is damaged, or the disk refused to write it.",
                "El diario está dañado, o el disco se negó a escribirlo.",
                "Check the disk. Bring the data directory back from a copy, or begin anew in another folder; the inputs are read again.",
                "Revise el disco. Recupere el directorio de datos de una copia, o empiece de nuevo en otra carpeta; las entradas se leen otra vez.",
                example: "data/journal: its records do not make sense together")
        case .journalLines:
            MessageHelp(
                "Lines of the journal are named to be passed over or erased.",
                "Se nombran líneas del diario para saltarlas o borrarlas.",
                "Write places as the run names them; what has been written cannot be passed over.",
                "Escriba los lugares como los nombra la ejecución; lo que ya está escrito no se puede saltar.",
                example: "data: the journal holds nothing; there is nothing to erase")
        case .snapshot:
            MessageHelp(
                "A snapshot cannot be made, or cannot be used.",
                "Una instantánea no se puede tomar, o no se puede usar.",
                "The run goes on; a restart reads more of the journal. Look at the room on the disk and at memory.",
                "La ejecución sigue; un rearranque lee más diario. Mire el sitio en el disco y la memoria.",
                example: "no snapshot could be taken; the run goes on, and a restart takes longer")
        case .recovery:
            MessageHelp(
                "A start tells what it found of the run before.",
                "Un arranque dice qué encontró de la ejecución anterior.",
                "Where the same line ends the run again and again, `journeyd journal skip` passes it over.",
                "Si la misma línea termina la ejecución una y otra vez, `journeyd journal skip` la salta.",
                example: "data: the last 17 bytes of the journal, an unfinished record, are cut off")
        default: nil
        }
    }

    /// On where a run is, and on topics.
    private var helpOnCells: MessageHelp? {
        switch self {
        case .lifecycle:
            MessageHelp(
                "A run says where it is: it starts, listens, repeats its journal, is ready, stops, has stopped.",
                "Una ejecución dice dónde está: arranca, escucha, repite su diario, está lista, para, ha parado.",
                "Nothing is to be done. Where `ready` does not come, the lines before it say what it waits for.",
                "No hay nada que hacer. Si `ready` no llega, las líneas anteriores dicen a qué espera.",
                example: "recovering")
        case .cells:
            MessageHelp(
                "A process with topics got partitions, repeats what was committed of them, or is up to date.",
                "Un proceso con temas recibió particiones, repite lo confirmado de ellas, o está al día.",
                "Nothing is to be done. Repeating takes less with snapshots: `--data-dir`, or `kafka.snapshots`.",
                "No hay nada que hacer. Repetir tarda menos con instantáneas: `--data-dir`, o `kafka.snapshots`.",
                example: "repeating from a snapshot")
        case .brokers:
            MessageHelp(
                "The brokers do not answer, or do not have what is asked for.",
                "Los brokers no responden, o no tienen lo que se pide.",
                "A run that is under way waits for them. At a start, check addresses, `kafka.properties` and the topics.",
                "Una ejecución en marcha los espera. Al arrancar, revise direcciones, `kafka.properties` y temas.",
                example: "waiting for the brokers")
        case .cellStopped:
            MessageHelp(
                "A partition cannot go on; the others do.",
                "Una partición no puede seguir; las demás siguen.",
                "The reason says what would help; docs/kafka.md lists them. Then start the process anew.",
                "El motivo dice qué ayudaría; docs/kafka.md los enumera. Después arranque el proceso de nuevo.",
                example: "cell stopped")
        case .partitions:
            MessageHelp(
                "A transaction was not committed, or partitions went to another process, or one is waited for.",
                "Una transacción no se confirmó, o unas particiones pasaron a otro proceso, o se espera una.",
                "It is made again by itself. Often: look at the brokers, at `session.timeout.ms`, and for a machine that stands still.",
                "Se repite por sí sola. A menudo: mire los brokers, `session.timeout.ms`, y si la máquina se queda parada.",
                example: "partitions dropped")
        default: nil
        }
    }

    /// On a run, and on what is made of one.
    private var helpOnRuns: MessageHelp {
        switch self {
        case .reload:
            MessageHelp(
                "A run was told to take its configuration anew.",
                "Se mandó a una ejecución tomar de nuevo su configuración.",
                "Where it has faults the run goes on with the one before. What was changed begins empty; the message says what.",
                "Si tiene faltas, la ejecución sigue con la anterior. Lo que cambió empieza vacío; el mensaje dice qué.",
                example: "journeyd.json5: the configuration was not taken anew; the run goes on with the one before")
        case .unfinished:
            MessageHelp(
                "The run ended before all lines were taken.",
                "La ejecución terminó antes de que se aceptaran todas las líneas.",
                "With `--data-dir`, or a `spool`, the next start sends them; without, they are lost.",
                "Con `--data-dir`, o un `spool`, el arranque siguiente las envía; sin ellos se pierden.",
                example: "journeyd: stopped without having written everything: an output took nothing for 5 seconds")
        case .collector:
            MessageHelp(
                "A collector does not take metrics.",
                "Un colector no acepta métricas.",
                "Check the address and that it takes OTLP/HTTP in JSON. Figures are totals, so nothing is lost.",
                "Revise la dirección y que acepte OTLP/HTTP en JSON. Las cifras son totales, así que no se pierde nada.",
                example: "metrics cannot be sent")
        case .adminPort:
            MessageHelp(
                "The admin port cannot be opened.",
                "El puerto de administración no se puede abrir.",
                "Choose a free port at 127.0.0.1; a proxy in front may let others in.",
                "Elija un puerto libre en 127.0.0.1; un proxy delante puede dejar pasar a otros.",
                example:
                    "journeyd run: --admin: 0.0.0.0:9464: other machines can reach it; write 127.0.0.1, or give --allow-remote"
            )
        case .evaluation:
            MessageHelp(
                "An expression had no value for an event or a customer.",
                "Una expresión no tuvo valor para un evento o un cliente.",
                "What asked for it did not happen. Guard it: `has(event.properties.price) && event.properties.price > 50`.",
                "Lo que la pedía no ocurrió. Protéjala: `has(event.properties.price) && event.properties.price > 50`.",
                example: "journeyd eval: column 3: division by zero")
        case .model:
            MessageHelp(
                "A model's file cannot be used.",
                "El archivo de un modelo no se puede usar.",
                "Save it as the message says; docs/learning.md lists what can be read.",
                "Guárdelo como dice el mensaje; docs/learning.md enumera lo que se puede leer.",
                example: "LightGBM: linear trees cannot be used")
        case .finding:
            MessageHelp(
                "A run went through, and something about its input looks wrong.",
                "Una ejecución llegó al final, y algo de su entrada parece ir mal.",
                "Compare the names in the configuration with those that came; `journeyd explain` shows one customer.",
                "Compare los nombres de la configuración con los que llegaron; `journeyd explain` muestra un cliente.",
                example:
                    #"no event came of type "purchased", which the configuration names; the most frequent that came: "purchase""#
            )
        case .reportSum:
            MessageHelp(
                "Reports cannot be added up.",
                "Los informes no se pueden sumar.",
                "Add reports that the same version made with the same `report` section.",
                "Sume informes hechos por la misma versión con la misma sección `report`.",
                example:
                    "journeyd report: b.json: it cannot be added: it counts otherwise than the reports before: its section report is another"
            )
        case .estimate:
            MessageHelp(
                "A log of decisions says little of another configuration.",
                "Un registro de decisiones dice poco de otra configuración.",
                "Let chance decide more (`policy.explore`), for longer, before estimates are gone by.",
                "Deje que decida más el azar (`policy.explore`), durante más tiempo, antes de guiarse por estimaciones.",
                example: "journeyd evaluate: one decision has 62 % of all weight, so it alone decides")
        default:
            MessageHelp(
                "The stages of the run make no progress, or late input holds it up.",
                "Las etapas de la ejecución no avanzan, o la frena entrada con retraso.",
                "Look at `journeyd_queue_depth` and at the outputs: mostly one of them takes nothing. docs/runbook.md goes through it.",
                "Mire `journeyd_queue_depth` y las salidas: casi siempre una no acepta nada. docs/runbook.md lo recorre.",
                example: "the stages make progress again")
        }
    }
}
