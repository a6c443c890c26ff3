extension Catalogue {
    /// What is said of the command line.
    static let commandLine = #"""
        # none
        SYNOPSIS
          SINOPSIS
        DESCRIPTION
          DESCRIPCIÓN
        COMMAND
          ORDEN
        COMMANDS
          ÓRDENES
        EXIT STATUS
          ESTADO DE SALIDA
        SIGNALS
          SEÑALES
        ENVIRONMENT
          ENTORNO
        EXAMPLES
          EJEMPLOS
        SEE ALSO
          VÉASE TAMBIÉN
        follows each customer's journey through a stream of events
          sigue el recorrido de cada cliente por un flujo de eventos
        reads customer events, follows each customer's journey by the rules of a configuration, and writes moments and decisions. The same input gives the same output, whatever the number of shards.
          lee eventos de clientes, sigue el recorrido de cada uno según las reglas de una configuración, y escribe momentos y decisiones. La misma entrada da la misma salida, sea cual sea el número de shards.
        Flags and operands may stand in any order; -- ends the flags. A flag's value stands behind it, or behind an equals sign.
          Opciones y operandos van en cualquier orden; -- termina las opciones. El valor de una opción va detrás de ella, o detrás de un signo igual.
        A run stops reading, writes what follows from what was read, and ends with 0. A second one ends it at once.
          Una ejecución deja de leer, escribe lo que sigue de lo leído, y termina con 0. Una segunda señal la termina al momento.
        A run takes its configuration anew, and opens its output files anew.
          Una ejecución toma de nuevo su configuración, y abre de nuevo sus archivos de salida.
        The language of texts for people, where --lang does not say it: Spanish where the first that is set begins with es, else English.
          El idioma de los textos para personas, donde no lo dice --lang: español si la primera que esté puesta empieza por es, si no inglés.
        Where it is set and not empty, nothing is coloured.
          Donde está puesta y no vacía, nada lleva color.
        # JD1001
        journeyd %1: something is missing; write %2
          journeyd %1: falta algo; escriba %2
        journeyd %1: "%2" is one too many; write %3
          journeyd %1: "%2" sobra; escriba %3
        %1 is given twice; give it once
          %1 se da dos veces; dé una
        %1 takes no value; write %2
          %1 no lleva valor; escriba %2
        %1 needs a value; write %2
          %1 necesita un valor; escriba %2
        %1: "%2" is not %3; write %4
          %1: "%2" no es %3; escriba %4
        %1: "%2" is not a whole number from %3 to %4; write %5 %6
          %1: "%2" no es un número entero de %3 a %4; escriba %5 %6
        journeyd: a command is missing; journeyd --help lists them
          journeyd: falta una orden; journeyd --help las enumera
        journeyd convert: standard input is named twice; write - once
          journeyd convert: la entrada estándar se nombra dos veces; escriba - una vez
        journeyd eval: JSON has no form for the value; "journeyd eval -" writes it with its type
          journeyd eval: JSON no tiene forma para el valor; "journeyd eval -" lo escribe con su tipo
        journeyd evaluate: --log is missing; write --log DECISIONS
          journeyd evaluate: falta --log; escriba --log DECISIONES
        %1: the journal's beginning was removed, so states cannot be worked out anew; leave --data-dir out
          %1: se borró el principio del diario, así que los estados no se pueden calcular de nuevo; quite --data-dir
        journeyd explain: standard input is named twice; write - once
          journeyd explain: la entrada estándar se nombra dos veces; escriba - una vez
        journeyd explain: %1 line%2 rejected (%3), of whichever customer; journeyd run --rejects FILE keeps them; the first: %4
          journeyd explain: se rechazaron %1 líneas (%3), de cualquier cliente; journeyd run --rejects ARCHIVO las guarda; la primera: %4
        journeyd fmt: --write changes files and --check changes none; give one of them
          journeyd fmt: --write cambia archivos y --check ninguno; dé uno de los dos
        journeyd fmt: - is printed alone; leave --write and other files out
          journeyd fmt: - se escribe solo; quite --write y los demás archivos
        %1: is a link; name the file that it leads to
          %1: es un enlace; nombre el archivo al que lleva
        %1: nothing says what came of decisions; write responses: { accept: { on: EVENT_TYPE } }
          %1: nada dice qué fue de las decisiones; escriba responses: { accept: { on: TIPO_DE_EVENTO } }
        journeyd generate: --rate: "%1" is not a number; write --rate 1000
          journeyd generate: --rate: "%1" no es un número; escriba --rate 1000
        journeyd load: --to is missing; write --to unix://PATH, --to tcp://HOST:PORT or --to http://HOST:PORT
          journeyd load: falta --to; escriba --to unix://RUTA, --to tcp://HOST:PUERTO o --to http://HOST:PUERTO
        journeyd load: --to: "%1" is no http:// input; write http://HOST:PORT, or http://HOST:PORT/decide
          journeyd load: --to: "%1" no es una entrada http://; escriba http://HOST:PUERTO, o http://HOST:PUERTO/decide
        journeyd load: --duration: "%1" is no time at all; write --duration 10s
          journeyd load: --duration: "%1" no dura nada; escriba --duration 10s
        journeyd load: %1: "%2" is not a number %3 to %4; write %5 1000
          journeyd load: %1: "%2" no es un número %3 a %4; escriba %5 1000
        journeyd report: --partition is of topics, and none is read; leave it out
          journeyd report: --partition es de temas, y no se lee ninguno; quítelo
        journeyd repartition: something is missing; write --to TOPIC and --partitions N
          journeyd repartition: falta algo; escriba --to TEMA y --partitions N
        journeyd repartition: --to: "%1" is the topic itself; name a new one
          journeyd repartition: --to: "%1" es el tema mismo; nombre uno nuevo
        %1: %2 partitions; %3 records that group %4 had taken, and %5 that it had not
          %1: %2 particiones; %3 registros que el grupo %4 había tomado, y %5 que no
        %1 records that were rejected as misplaced were not copied
          no se copiaron %1 registros que se rechazaron como misplaced
        journeyd run: standard input is named twice; write - once
          journeyd run: la entrada estándar se nombra dos veces; escriba - una vez
        journeyd run: a topic is read alone; leave the other inputs out
          journeyd run: un tema se lee solo; quite las demás entradas
        journeyd run: %1 is named twice; write it once
          journeyd run: %1 se nombra dos veces; escríbalo una vez
        journeyd run: --live is about standard input, which is not read; add -
          journeyd run: --live es de la entrada estándar, que no se lee; añada -
        journeyd run: --allow-remote is about tcp:// and http:// inputs and --admin, and there are none; leave it out
          journeyd run: --allow-remote es de entradas tcp:// y http:// y de --admin, y no hay ninguna; quítela
        journeyd outputs: "%1" is not known; write journeyd outputs test CONFIG
          journeyd outputs: no se conoce "%1"; escriba journeyd outputs test CONFIG
        --timeout: "%1" is not a duration; write one such as 2s
          --timeout: "%1" no es una duración; escriba una como 2s
        journeyd replay: --data-dir is missing; write --data-dir DIR
          journeyd replay: falta --data-dir; escriba --data-dir DIR
        journeyd run: --output stands for standard output, which is not among the configuration's outputs; leave it out, or add { to: "stdout" }
          journeyd run: --output hace de salida estándar, que no está entre las salidas de la configuración; quítela, o añada { to: "stdout" }
        journeyd schema: "%1" has no schema; write config or scenarios
          journeyd schema: "%1" no tiene esquema; escriba config o scenarios
        journeyd run: --otlp: "%1" is no http:// URL; write http://HOST:4318/v1/metrics
          journeyd run: --otlp: "%1" no es una URL http://; escriba http://HOST:4318/v1/metrics
        journeyd run: --admin-token is for the admin port; give --admin HOST:PORT, too
          journeyd run: --admin-token es para el puerto de administración; dé también --admin HOST:PUERTO
        %1: there are no scenarios; write scenarios: { NAME: { … } }
          %1: no hay escenarios; escriba scenarios: { NOMBRE: { … } }
        # JD1002
        %1: cannot be opened: %2
          %1: no se puede abrir: %2
        %1: the token cannot be read: %2
          %1: no se puede leer el token: %2
        %1: the token cannot be sent
          %1: no se puede enviar el token
        """#
}
