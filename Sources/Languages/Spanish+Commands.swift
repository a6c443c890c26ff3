extension Catalogue {
    /// The texts of help, and what commands print.
    static let commands = #"""
        # none
        show this help and exit
          muestra esta ayuda y termina
        show the version and exit
          muestra la versión y termina
        %1 is not a flag of %2
          %1 no es una opción de %2
        journeyd: "%1" is not a %2
          journeyd: "%1" no es ninguna %2
        as it was
          como estaba
        any input in the native form
          cualquier entrada en la forma nativa
        Reads events in any format and writes them in the native form, one a line, and one line for each line or element\nof which none can be made. So it shows what journeyd makes of an input, and it is a converter.\nINPUT is a file or - for standard input (the default); file:PATH?format=NAME has a format of its own.
          Lee eventos en cualquier formato y los escribe en la forma nativa, uno por línea, y una línea por cada línea o\nelemento del que no sale ninguno. Así muestra qué hace journeyd de una entrada, y sirve de convertidor.\nENTRADA es un archivo o - para la entrada estándar (lo normal); file:RUTA?format=NOMBRE lleva formato propio.
        read the input as this configuration's input section says
          lee la entrada como dice la sección input de esta configuración
        show what a format is made of, as a mapping, and exit
          muestra de qué se compone un formato, como mapping, y termina
        --explain-format: "%1" is not a format
          --explain-format: "%1" no es un formato
        journeyd convert: events left out by input.drop: %1
          journeyd convert: eventos que deja fuera input.drop: %1
        try an expression; - answers many, one a line
          prueba una expresión; - responde a muchas, una por línea
        Evaluates EXPRESSION, which is CEL as in configurations, and prints its value as JSON.\nOne that begins with - stands behind --, as in: journeyd eval -- '-1 + 2'\n\nWith - it answers each line {"expr":"a + 1","bindings":{"a":{"int":"41"}}} of standard input with a line\n{"value":{"int":"42"}} or {"error":"..."}. "bindings" may be left out; each value names its type: null,\nbool, int, uint, double, string, bytes (hexadecimal), list, map (pairs), type, duration_ns, timestamp_ns.\n"container":"a.b" and "disable_macros":true are as in CEL's conformance tests.
          Evalúa EXPRESIÓN, que es CEL como en las configuraciones, y escribe su valor como JSON.\nUna que empieza por - va detrás de --, como en: journeyd eval -- '-1 + 2'\n\nCon - responde a cada línea {"expr":"a + 1","bindings":{"a":{"int":"41"}}} de la entrada estándar con una línea\n{"value":{"int":"42"}} o {"error":"..."}. "bindings" se puede quitar; cada valor nombra su tipo: null, bool,\nint, uint, double, string, bytes (hexadecimal), list, map (pares), type, duration_ns, timestamp_ns.\n"container":"a.b" y "disable_macros":true son como en las pruebas de conformidad de CEL.
        the line is longer than %1 bytes
          la línea tiene más de %1 bytes
        not an expression with typed values; write as in %1
          no es una expresión con valores con tipo; escriba como en %1
        what another configuration would have earned, from a log of decisions
          qué habría ganado otra configuración, según un registro de decisiones
        Goes through a log of decisions that chance made (policy.explore), explained in full (policy.explain: "full"), and\nof the responses to them, and estimates what CONFIG would have earned at the same states: by importance (IPS),\nthe same with its weights' own mean (SNIPS), and doubly robust, each with its 95 % interval by customers.\nFactors that CONFIG says by expressions are as logged; with --data-dir they are worked out anew from the\nevents of the run that the log is of. Limits are as they were.
          Recorre un registro de decisiones tomadas al azar (policy.explore), explicadas por entero (policy.explain: "full"),\ny de las respuestas a ellas, y estima qué habría ganado CONFIG en los mismos estados: por importancia (IPS), lo\nmismo con la media de sus pesos (SNIPS), y doblemente robusto, cada uno con su intervalo del 95 % por clientes.\nLos factores que CONFIG dice por expresiones son los registrados; con --data-dir se calculan de nuevo a partir de\nlos eventos de la ejecución de la que es el registro. Los límites son como fueron.
        the lines that the run wrote, decisions and responses; - is standard input
          las líneas que escribió la ejecución, decisiones y respuestas; - es la entrada estándar
        the run's data directory
          el directorio de datos de la ejecución
        write the estimates here, as JSON; - is standard output
          escribe aquí las estimaciones, como JSON; - es la salida estándar
        the candidates
          los candidatos
        journeyd evaluate: a file for the candidates cannot be made: %1
          journeyd evaluate: no se puede crear un archivo para los candidatos: %1
        %1 decisions of %2 customers
          %1 decisiones de %2 clientes
        effective sample size: %1
          tamaño efectivo de la muestra: %1
        mean weight: %1, the greatest has %2 % of all
          peso medio: %1, el mayor tiene el %2 % del total
        of the control group
          del grupo de control
        mandatory or transactional
          obligatorias o transaccionales
        lines that are faulty
          líneas con faltas
        responses to no decision here
          respuestas a ninguna decisión de aquí
        outcomes told twice
          resultados dichos dos veces
        left out: 
          omitidas: 
        Done; also after a signal, and when the reader of the output has gone.
          Hecho; también tras una señal, y cuando ya nadie lee la salida.
        test found a scenario that does not come out as expected; fmt --check a file that is not formatted.
          test encontró un escenario que no sale como se esperaba; fmt --check, un archivo sin formatear.
        Wrong usage.
          Uso incorrecto.
        All lines were rejected, or some and --strict was given; an expression given to eval fails; a file of scenarios has faults.
          Se rechazaron todas las líneas, o alguna y se dio --strict; falla una expresión dada a eval; un archivo de escenarios tiene faltas.
        Configuration or input missing, unreadable or a folder.
          La configuración o la entrada falta, no se puede leer o es una carpeta.
        An address, an output or a data directory cannot be opened.
          No se puede abrir una dirección, una salida o un directorio de datos.
        A fault of journeyd's own; no memory is left under a limit of it.
          Un fallo del propio journeyd; no queda memoria bajo un límite.
        Reading or writing failed later, or an output dropped lines.
          Falló después la lectura o la escritura, o una salida descartó líneas.
        A run does not answer reload.
          Una ejecución no responde a reload.
        The configuration has faults.
          La configuración tiene faltas.
        why something did or did not happen to one customer
          por qué le ocurrió algo, o no, a un cliente
        Reads customer events as run does and tells the story of the one whose id is CUSTOMER: its events, the values that\nchanged, what waits for what until when, its moments, and every decision with what decided it.\nColours are for terminals only.\nINPUT is a file or - for standard input (the default). Several files are merged by event time.
          Lee eventos de clientes como run y cuenta la historia de aquel cuyo identificador es CLIENTE: sus eventos, los\nvalores que cambiaron, qué espera a qué y hasta cuándo, sus momentos, y cada decisión con lo que la decidió.\nLos colores son solo para terminales.\nENTRADA es un archivo o - para la entrada estándar (lo normal). Varios archivos se mezclan por tiempo de evento.
        stop there (RFC 3339); where the input ends before, time goes on to it
          se para ahí (RFC 3339); si la entrada acaba antes, el tiempo sigue hasta ahí
        one JSON object a line
          un objeto JSON por línea
        journeyd explain: --at: "%1" %2
          journeyd explain: --at: "%1" %2
        journeyd explain: no event of customer "%1" came
          journeyd explain: no llegó ningún evento del cliente "%1"
         by then
           hasta entonces
        format configurations, comments kept
          formatea configuraciones y conserva los comentarios
        Prints CONFIG, a file of JSON5, in one form: two blanks a level, a member a line where it was spread, or does not\nfit in one. Comments stay, and so does the meaning. CONFIG may be - for standard input.\nWith --write each file is replaced at once by its new text; with --check nothing is printed but the names of files\nthat are not formatted, and the exit status is 1 where there are any.
          Escribe CONFIG, un archivo JSON5, de una forma única: dos espacios por nivel, un miembro por línea donde estaba\nextendido o no cabe en una. Se conservan los comentarios y el significado. CONFIG puede ser - para la entrada\nestándar. Con --write cada archivo se sustituye de una vez por su texto nuevo; con --check solo se escriben los\nnombres de los archivos sin formatear, y el estado de salida es 1 si los hay.
        replace the files, not print them
          sustituye los archivos, en vez de escribirlos
        name the files that are not formatted, and change nothing
          nombra los archivos sin formatear, y no cambia nada
        write JSON with comments: quoted keys, no comma behind the last member
          escribe JSON con comentarios: claves entre comillas, sin coma tras el último miembro
        synthetic events, seeded
          eventos inventados, con semilla
        Writes events of made-up customers in order of time. The same flags give the same bytes anywhere.\nWith --respond-to CONFIG, customers see, accept or reject what CONFIG decides, as likely as the action, the\nchannel, the hour and their tier make it; a run of CONFIG over these events decides the same, and hears of it.
          Escribe eventos de clientes inventados por orden de tiempo. Las mismas opciones dan los mismos bytes en todas partes.\nCon --respond-to CONFIG, los clientes ven, aceptan o rechazan lo que CONFIG decide, según lo hagan probable la\nacción, el canal, la hora y su nivel; una ejecución de CONFIG sobre estos eventos decide lo mismo, y se entera.
        whose customers they are (default: retail)
          de quién son los clientes (por omisión: retail)
        how many customers (default: 100000)
          cuántos clientes (por omisión: 100000)
        how many events (default: 1000000)
          cuántos eventos (por omisión: 1000000)
        the seed of all chance (default: 1)
          la semilla de todo el azar (por omisión: 1)
        events a second of event time; it changes the times alone
          eventos por segundo de tiempo de evento; solo cambia los tiempos
        play CONFIG meanwhile, and have customers answer its decisions (retail; docs/learning.md)
          ejecuta CONFIG entretanto, y los clientes responden a sus decisiones (retail; docs/learning.md)
        with --respond-to: how likely each answered decision was to be accepted
          con --respond-to: cómo de probable era que se aceptara cada decisión respondida
        write here, not to standard output
          escribe aquí, no en la salida estándar
        journeyd generate: --truth goes with --respond-to CONFIG
          journeyd generate: --truth va con --respond-to CONFIG
        journeyd generate: --respond-to goes with --profile retail
          journeyd generate: --respond-to va con --profile retail
        help on a command, a key of the configuration, or a message's code
          ayuda sobre una orden, una clave de la configuración o el código de un mensaje
        Sections of the configuration, each a topic as well:
          Secciones de la configuración, que también son temas:
        journeyd help: "%1" is no topic
          journeyd help: "%1" no es un tema
        copies a topic to one of another number of partitions, where its group goes on
          copia un tema a otro de otro número de particiones, donde sigue su grupo
        Copies the records of a topic, each to the partition of its key, into a new topic of as many partitions as it is to\nhave, and has the group begin there with what it knew: what it has taken it repeats without saying anything, and\ngoes on behind that. Ids stay as they are. Nobody may write to the topic, and no process of the group may run.\n\n    journeyd repartition CONFIG 'kafka://b1:9092/events?group=journeyd' --to events-24 --partitions 24\n    journeyd run CONFIG 'kafka://b1:9092/events-24?group=journeyd' --output kafka://b1:9092/decisions-24\n\nCONFIG says how brokers are reached, and how producers place keys (section kafka). The topic that was there is\nleft as it is. docs/kafka.md says what is kept and what is not.
          Copia los registros de un tema, cada uno a la partición de su clave, a un tema nuevo de tantas particiones como vaya a\ntener, y hace que el grupo empiece allí con lo que sabía: lo que ha tomado lo repite sin decir nada, y sigue detrás.\nLos ids quedan como están. Nadie puede escribir en el tema, y no puede correr ningún proceso del grupo.\n\n    journeyd repartition CONFIG 'kafka://b1:9092/events?group=journeyd' --to events-24 --partitions 24\n    journeyd run CONFIG 'kafka://b1:9092/events-24?group=journeyd' --output kafka://b1:9092/decisions-24\n\nCONFIG dice cómo se llega a los intermediarios y cómo ponen las claves los productores (sección kafka). El tema que\nhabía queda como está. docs/es/kafka.md dice qué se conserva y qué no.
        the name of the new topic, on the same brokers
          el nombre del tema nuevo, en los mismos intermediarios
        how many partitions it is to have
          cuántas particiones ha de tener
        open-loop load generator that measures decision latency
          generador de carga a ritmo fijo que mide la latencia de las decisiones
        Sends events of a made-up shop's customers to a running engine, at a fixed rate that does not wait for it, reads\nits decisions back, and tells how long they took: from when the deciding event was due to be sent until its\ndecision had been read.\n\n    journeyd run CONFIG unix:///tmp/in      # with outputs: [{ to: "unix:///tmp/out" }]\n    journeyd load --to unix:///tmp/in --from unix:///tmp/out --rate 100000 --duration 60s\n\n    journeyd load --to http://127.0.0.1:8080/decide --connections 64 --rate 10000\n\nTo http://HOST:PORT events go by POST /events, as many as are due in a body, up to 500; with /decide behind it\neach is a request of its own, and the latency is that of its answer.\nEvents tell the present time, so the engine's own clock and the load's must be one.
          Manda eventos de los clientes de una tienda inventada a un motor en marcha, a un ritmo fijo que no lo espera, lee\nsus decisiones, y dice cuánto tardaron: desde que tocaba mandar el evento que decide hasta que se leyó su decisión.\n\n    journeyd run CONFIG unix:///tmp/in      # con outputs: [{ to: "unix:///tmp/out" }]\n    journeyd load --to unix:///tmp/in --from unix:///tmp/out --rate 100000 --duration 60s\n\n    journeyd load --to http://127.0.0.1:8080/decide --connections 64 --rate 10000\n\nA http://HOST:PUERTO los eventos van por POST /events, tantos como toquen en un cuerpo, hasta 500; con /decide\ndetrás cada uno es una petición propia, y la latencia es la de su respuesta.\nLos eventos llevan la hora presente, así que el reloj del motor y el de la carga deben ser el mismo.
        journeyd load: --connections, --token-file and --check are not for topics; leave them out
          journeyd load: --connections, --token-file y --check no valen para temas; quítelas
        where the engine listens: tcp://HOST:PORT, unix://PATH or http://HOST:PORT; or kafka://HOST:PORT/TOPIC
          dónde escucha el motor: tcp://HOST:PUERTO, unix://RUTA o http://HOST:PUERTO; o kafka://HOST:PUERTO/TEMA
        where to listen for its decisions, - for standard input, or kafka://HOST:PORT/TOPIC; without it only sending is measured
          dónde escuchar sus decisiones, - para la entrada estándar, o kafka://HOST:PUERTO/TEMA; sin ello solo se mide el envío
        events a second (default: 1000)
          eventos por segundo (por omisión: 1000)
        how long to send, such as 60s (default: 10s)
          cuánto tiempo enviar, como 60s (por omisión: 10s)
        over how many connections; a customer keeps to one (default: 1)
          por cuántas conexiones; un cliente va siempre por la misma (por omisión: 1)
        the token that the engine asks for, in a file
          el token que pide el motor, en un archivo
        event time runs N times as fast as the clock, and ends with it (default: 1)
          el tiempo de evento corre N veces más que el reloj, y acaba con él (por omisión: 1)
        afterwards, decide on the same events by CONFIG and tell what is missing
          después decide sobre los mismos eventos con CONFIG y dice qué falta
        tell it as one JSON object, with the whole curve
          lo dice como un objeto JSON, con la curva entera
        journeyd load: --check needs --from, and one connection: several have no one order of events
          journeyd load: --check necesita --from y una sola conexión: varias no tienen un orden único de eventos
        journeyd load: %1: "%2" %3
          journeyd load: %1: "%2" %3
        journeyd load: --duration: "%1" %2
          journeyd load: --duration: "%1" %2
        from %1
          desde %1
        above 0
          mayor que 0
        --format: "%1" is not a format
          --format: "%1" no es un formato
        the input's format, in the place of input.format
          el formato de la entrada, en lugar de input.format
        send one sample line to each output
          manda una línea de muestra a cada salida
        Sends a made-up decision, or a line of another type where an output takes no decisions, to each output of CONFIG and\nsays what came of it. The line has "test": true and the customer journeyd-test. Files are appended to; conditions\n(where) and spools are passed over, and nothing is tried twice. Exit status 74 where an output does not take it, 69\nwhere one cannot be opened.
          Manda una decisión inventada, o una línea de otro tipo donde una salida no acepta decisiones, a cada salida de CONFIG\ny dice qué pasó. La línea lleva "test": true y el cliente journeyd-test. A los archivos se les añade; las condiciones\n(where) y los spools se pasan por alto, y nada se intenta dos veces. Estado de salida 74 donde una salida no la\nacepta, 69 donde no se puede abrir.
        how long an output may take, such as 2s (default: its own, 5s at most)
          cuánto puede tardar una salida, como 2s (por omisión: lo suyo, 5s como mucho)
        failed: %1
          falló: %1
        taken, %1 ms
          aceptada, %1 ms
        nothing took it in time
          nadie la aceptó a tiempo
        it was not recorded
          no se registró
        %1 events/s
          %1 eventos/s
        %1 s left
          quedan %1 s
        %1 min left
          quedan %1 min
        run a data directory's journal again
          ejecuta de nuevo el diario de un directorio de datos
        Decides once more on all that the journal holds, by CONFIG, and writes the lines to standard output. Where CONFIG\nis what the run followed last, they are the same lines as then, through all configurations that the run had;\nelse what would have happened with CONFIG all along. A journal whose beginning was removed is run again from\nthe oldest snapshot on. Nothing is sent anywhere.
          Decide otra vez sobre todo lo que guarda el diario, con CONFIG, y escribe las líneas en la salida estándar. Donde\nCONFIG es lo último que siguió la ejecución, son las mismas líneas que entonces, por todas las configuraciones que\ntuvo; si no, lo que habría ocurrido con CONFIG desde el principio. Un diario cuyo principio se borró se ejecuta desde\nla instantánea más antigua. No se manda nada a ningún sitio.
        show only lines that became true at this time or later, as 2026-01-31T08:00:00Z
          muestra solo las líneas que valen desde este momento, como 2026-01-31T08:00:00Z
        show only lines that became true before this time
          muestra solo las líneas que valen antes de este momento
        show what CONFIG gains, loses and changes against the configuration of the run
          muestra qué gana, pierde y cambia CONFIG frente a la configuración de la ejecución
        parallel shards (default: the machine's cores); the output is the same for any N
          fragmentos en paralelo (por omisión: los núcleos de la máquina); la salida es la misma con cualquier N
        journeyd replay: a file for the comparison cannot be made: %1
          journeyd replay: no se puede crear un archivo para la comparación: %1
        the comparison
          la comparación
        read events, write moments and decisions
          lee eventos, escribe momentos y decisiones
        Reads customer events, one JSON object a line, and writes what follows from them by CONFIG.\nINPUT is a file, - for standard input (the default), tcp://HOST:PORT, unix://PATH or http://HOST:PORT to\nlisten at, kafka://HOST:PORT/TOPIC?group=NAME, or file:PATH?follow for a file that grows. Several files are merged by event time; what is live comes as it comes.\nSIGTERM and SIGINT stop reading; what was read is still decided on and written.
          Lee eventos de clientes, un objeto JSON por línea, y escribe lo que sigue de ellos según CONFIG.\nENTRADA es un archivo, - para la entrada estándar (lo normal), tcp://HOST:PUERTO, unix://RUTA o http://HOST:PUERTO\ndonde escuchar, kafka://HOST:PUERTO/TEMA?group=NOMBRE, o file:RUTA?follow para un archivo que crece. Varios archivos\nse mezclan por tiempo de evento; lo que viene en vivo se toma como viene.\nSIGTERM y SIGINT paran la lectura; sobre lo leído aún se decide y se escribe.
        write lines here, not to standard output
          escribe las líneas aquí, no en la salida estándar
        write rejected lines here; else they are counted, the first few reported
          escribe aquí las líneas rechazadas; si no, se cuentan y se informa de las primeras
        leave pending deadlines at the end of the input (default), or let them fire
          deja los plazos pendientes al final de la entrada (lo normal), o que se cumplan
        listen also where other machines can connect; needs a token_file
          escucha también donde pueden conectar otras máquinas; necesita un token_file
        keep a journal here, and go on where the run before was interrupted
          guarda aquí un diario, y sigue donde se cortó la ejecución anterior
        take standard input as live: time goes on while it is silent
          toma la entrada estándar como viva: el tiempo sigue mientras calla
        totals on standard error at the end
          totales en la salida de errores al final
        show no progress on a terminal, and say nothing at the end of what looks wrong
          no muestra el avance en un terminal, ni dice al final lo que parece ir mal
        exit with 65 where any line was rejected, not only where all were
          termina con 65 si se rechazó alguna línea, no solo si todas
        validate a configuration; report every fault at once
          valida una configuración; dice todas las faltas de una vez
        Reads CONFIG and reports all that is wrong with it, each fault with its file, line and column.
          Lee CONFIG y dice todo lo que está mal, cada falta con su archivo, línea y columna.
        print all there is to say in this form, for programs
          escribe todo lo que hay que decir de esta forma, para programas
        journeyd run: goes on with %1 shards, as the snapshot in the data directory has them, not %2
          journeyd run: sigue con %1 fragmentos, como los tiene la instantánea del directorio de datos, no %2
        JSON Schema of the configuration, for editors
          JSON Schema de la configuración, para editores
        Prints the JSON Schema (2020-12) of configurations, or of files of scenarios. Editors complete and explain keys by\nit; docs/editors.md shows how. It says what values look like; what they come to together is judged by check.
          Escribe el JSON Schema (2020-12) de las configuraciones, o de los archivos de escenarios. Con él los editores\ncompletan y explican las claves; docs/editors.md enseña cómo. Dice qué forma tienen los valores; lo que resulta de\nellos juntos lo juzga check.
        the language of descriptions (default: both)
          el idioma de las descripciones (por omisión: both)
        serve /metrics, /healthz and /readyz there over HTTP (default: off)
          sirve ahí /metrics, /healthz y /readyz por HTTP (por omisión: no)
        show the latest decisions on the admin port to those who have the token in this file
          muestra en el puerto de administración las últimas decisiones a quien tenga el token de este archivo
        send metrics to this collector as OTLP/HTTP in JSON (http:// alone; default: off)
          manda las métricas a este colector como OTLP/HTTP en JSON (solo http://; por omisión: no)
        how log lines on standard error are written (default: logfmt)
          cómo se escriben las líneas de registro en la salida de errores (por omisión: logfmt)
        log this and what is more serious (default: info for a daemon, else warn)
          registra esto y lo más grave (por omisión: info para un demonio, si no warn)
        taking events
          acepta eventos
        writing what was read
          se escribió lo leído
        told to stop
          se mandó parar
        end of input
          fin de la entrada
        run a configuration's own scenarios on a virtual clock
          prueba los escenarios de una configuración con un reloj virtual
        Plays short histories through CONFIG and holds what comes against what they expect. Without SCENARIO, all of\nNAME.scenarios.json5 beside CONFIG, whose name is NAME.json5. A SCENARIO that ends in .json5 or .json is a file of\nthem; any other is the name of one to be played.\nExit status 1 where a scenario does not come out as expected; 65 where a file of scenarios has faults.
          Pasa historias cortas por CONFIG y compara lo que llega con lo que esperan. Sin ESCENARIO, todas las de\nNOMBRE.scenarios.json5 junto a CONFIG, que se llama NOMBRE.json5. Un ESCENARIO que acaba en .json5 o .json es un\narchivo de ellos; cualquier otro es el nombre de uno.\nEstado de salida 1 si un escenario no sale como se esperaba; 65 si un archivo de escenarios tiene faltas.
        write what came of it as JUnit XML too
          escribe también el resultado como JUnit XML
        journeyd test: there is no scenario %1%2
          journeyd test: no existe el escenario %1%2
        # JD1003
        fewer connections than max_connections, since not more files may be open; raise the limit (ulimit -n, LimitNOFILE=)
          menos conexiones que max_connections, pues no puede haber más archivos abiertos; suba el límite (ulimit -n, LimitNOFILE=)
        # JD1503
        journeyd: stopped without having written everything: an output took nothing for %1 seconds
          journeyd: parado sin haber escrito todo: una salida no aceptó nada en %1 segundos
        # JD1901
        what became of all journeys: map, attribution, friction, KPIs
          qué fue de todos los recorridos: mapa, atribución, fricción, KPI
        Reads customer events as run does and tells what became of all journeys, as the section report of CONFIG asks: how\noften what follows what, where journeys break off and what that costs, what moves people to buy, and KPIs.\nINPUT is a file or - for standard input (the default); file:PATH?format=NAME has a format of its own. Several\nfiles are merged by event time. Of kafka://HOST:PORT/TOPIC it reads what the topic has by now.\nWith --merge, adds up reports of parts of a whole that --json has written, such as of the partitions of a topic.\nWithout a flag, the most important figures are written to standard output.
          Lee eventos de clientes como run y dice qué fue de todos los recorridos, como pide la sección report de CONFIG: con\nqué frecuencia sigue qué a qué, dónde se cortan y qué cuesta eso, qué mueve a comprar, y los KPI.\nENTRADA es un archivo o - para la entrada estándar (lo normal); file:RUTA?format=NOMBRE lleva formato propio. Varios\narchivos se mezclan por tiempo de evento. De kafka://HOST:PUERTO/TEMA se lee lo que el tema tiene hasta ahora.\nCon --merge suma informes de partes de un todo escritos con --json, por ejemplo de las particiones de un tema.\nSin opciones, se escriben las cifras más importantes en la salida estándar.
        read this partition of a topic alone
          lee solo esta partición de un tema
        add up these reports, in the place of reading events
          suma estos informes, en lugar de leer eventos
        write all figures here, as JSON; - is standard output
          escribe aquí todas las cifras, como JSON; - es la salida estándar
        write a page that shows the figures here; it opens from the file and asks nothing elsewhere
          escribe aquí una página con las cifras; se abre desde el archivo y no pide nada a nadie
        write the figures' tables into this folder, a file each
          escribe las tablas de las cifras en esta carpeta, un archivo cada una
        parallel shards (default: the machine's cores); the figures are the same for any N
          fragmentos en paralelo (por omisión: los núcleos de la máquina); las cifras son las mismas con cualquier N
        journeyd report: standard input is named twice; write - once
          journeyd report: la entrada estándar se nombra dos veces; escriba - una vez
        journeyd report: the configuration has no report
          journeyd report: la configuración no tiene informe
        journeyd report: the run ended without its figures
          journeyd report: la ejecución terminó sin sus cifras
        journeyd report: no report.conversion is set; taken: 
          journeyd report: no se ha puesto report.conversion; se toma: 
        journeyd report: %1 is about events, and --merge reads none; leave it out
          journeyd report: %1 va de eventos, y --merge no lee ninguno; quítela
        journeyd report: %1: it cannot be added: %2
          journeyd report: %1: no se puede sumar: %2
        journeyd report: name the reports to be added up
          journeyd report: nombre los informes que se han de sumar
        journeyd report: %1: this is no report that --json of this version wrote
          journeyd report: %1: no es un informe que escribiera --json de esta versión
        """#
}
