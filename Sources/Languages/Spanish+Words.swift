extension Catalogue {
    /// Words and phrases that are put into templates, templates for one of what is counted,
    /// and what the system says of files.
    static let words = #"""
        # none
        %1 error
          %1 falta
        %1 errors
          %1 faltas
        %1 touchpoint
          %1 punto de contacto
        %1 touchpoints
          %1 puntos de contacto
        %1 attribute
          %1 atributo
        %1 attributes
          %1 atributos
        %1 score
          %1 puntuación
        %1 scores
          %1 puntuaciones
        %1 segment
          %1 segmento
        %1 segments
          %1 segmentos
        %1 window
          %1 ventana
        %1 windows
          %1 ventanas
        %1 moment
          %1 momento
        %1 moments
          %1 momentos
        %1 action
          %1 acción
        %1 actions
          %1 acciones
        window
          ventana
        windows
          ventanas
        score
          puntuación
        scores
          puntuaciones
        segment
          segmento
        segments
          segmentos
        attribute
          atributo
        attributes
          atributos
        table
          tabla
        tables
          tablas
        moment
          momento
        moments
          momentos
        action
          acción
        actions
          acciones
        channel
          canal
        channels
          canales
        group
          grupo
        groups
          grupos
        step
          paso
        steps
          pasos
        model
          modelo
        models
          modelos
        feature
          característica
        features
          características
        touchpoint
          punto de contacto
        touchpoints
          puntos de contacto
        output
          salida
        outputs
          salidas
        scenario
          escenario
        scenarios
          escenarios
        caps
          topes
        budget
          presupuesto
        budgets
          presupuestos
        key
          clave
        keys
          claves
        word
          palabra
        words
          palabras
        name
          nombre
        names
          nombres
        flag
          opción
        flags
          opciones
        command
          orden
        commands
          órdenes
        topic
          tema
        topics
          temas
        format
          formato
        formats
          formatos
        row
          fila
        rows
          filas
        column
          columna
        columns
          columnas
        argument
          argumento
        arguments
          argumentos
        nothing
          nada
        text
          texto
        number
          número
        double
          double
        string
          texto
        line
          línea
        character
          carácter
        an event type
          un tipo de evento
        a bool
          un bool
        an int
          un int
        a uint
          un uint
        a double
          un double
        a bytes
          un bytes
        a map
          un mapa
        a type
          un type
        a timestamp
          un instante
        a record
          un registro
        a null
          un null
        a dyn
          un dyn
        minutes
          minutos
        seconds
          segundos
        hours
          horas
        gained
          ganadas
        lost
          perdidas
        earlier
          antes
        later
          después
        changed
          cambió
        stands
          está
        stand
          están
        it
          él
        them
          ellos
         from %1
           desde %1
         up to %1
           hasta %1
         from %1 up to %2
           desde %1 hasta %2
         to %1
           hasta %1
         up
           en adelante,
        at %1
          en %1
        1 scenario, all as expected
          1 escenario, como se esperaba
        1 scenario, 1 not as expected
          1 escenario, distinto de lo esperado
        %1 scenarios, 1 not as expected
          %1 escenarios, 1 distinto de lo esperado
        no event of customer "%1" came by then
          hasta entonces no llegó ningún evento del cliente "%1"
        # JD1506
        starting
          arranca
        recovering
          se recupera
        ready
          lista
        stopping
          para
        stopped
          parada
        listening
          escucha
        snapshot
          instantánea
        admin
          administración
        summary
          resumen
        # none
        progress
          avance
        lines
          líneas
        events
          eventos
        rejected
          rechazadas
        late
          con retraso
        dropped
          omitidos
        customers
          clientes
        written
          escrita
        friction
          fricción
        complete
          completa
        Keys:
          Claves:
        Usage: %1
          Uso: %1
        Flags:
          Opciones:
        Commands:
          Órdenes:
        For example:
          Por ejemplo:
        Right:
          Así está bien:
        may be
          puede ser
        default
          por omisión
        example
          ejemplo
        none: it is required
          nada: hay que darlo
        the language of texts for people (default: LC_ALL, LC_MESSAGES or LANG)
          el idioma de los textos para personas (por omisión: LC_ALL, LC_MESSAGES o LANG)
        the sample; its first 100,000 events are looked at
          la muestra; se miran sus primeros 100.000 eventos
        the language of comments and names (default: that of LANG, else en)
          el idioma de los comentarios y los nombres (por omisión: el de LANG, si no en)
        a first configuration from a sample of one's own events
          una primera configuración a partir de una muestra de eventos propios
        Reads a sample of events in any format and writes DIR/journeyd.json5, a configuration with comments that fits it:\ntouchpoints guessed by name, three moments (an abandoned step, a return, silence), an action for each, a report; and\nDIR/journeyd.scenarios.json5, which journeyd test plays. Says what it found, and what it would have decided. DIR is\nthe current folder where it is not given, and is made where there is none. Files that are there are left alone.
          Lee una muestra de eventos en cualquier formato y escribe DIR/journeyd.json5, una configuración con comentarios que\nencaja con ella: puntos de contacto deducidos por su nombre, tres momentos (un paso abandonado, un regreso, silencio),\nuna acción para cada uno, un informe; y DIR/journeyd.scenarios.json5, que prueba journeyd test. Dice qué encontró, y\nqué habría decidido. DIR es la carpeta actual si no se da, y se crea si no existe. No toca los archivos que ya estén.
        completions for a shell
          completado para un shell
        Prints what has a shell complete commands, flags and their values:\n  bash:  journeyd completion bash > ~/.local/share/bash-completion/completions/journeyd\n  zsh:   journeyd completion zsh > ~/.zfunc/_journeyd      (with fpath=(~/.zfunc $fpath) before compinit)\n  fish:  journeyd completion fish > ~/.config/fish/completions/journeyd.fish
          Escribe lo que hace que un shell complete órdenes, opciones y sus valores:\n  bash:  journeyd completion bash > ~/.local/share/bash-completion/completions/journeyd\n  zsh:   journeyd completion zsh > ~/.zfunc/_journeyd      (con fpath=(~/.zfunc $fpath) antes de compinit)\n  fish:  journeyd completion fish > ~/.config/fish/completions/journeyd.fish
        the manual page
          la página de manual
        Prints the manual page, to be read with man: journeyd man > journeyd.1 && man ./journeyd.1
          Escribe la página de manual, para leerla con man: journeyd man > journeyd.1 && man ./journeyd.1
        CONFIG [INPUT...]
          CONFIG [ENTRADA...]
        [INPUT...]
          [ENTRADA...]
        CONFIG CUSTOMER [INPUT...]
          CONFIG CLIENTE [ENTRADA...]
        CONFIG [SCENARIO...]
          CONFIG [ESCENARIO...]
        CONFIG [INPUT...] | --merge REPORT...
          CONFIG [ENTRADA...] | --merge INFORME...
        cat|skip|erase [PLACE|ID...]
          cat|skip|erase [LUGAR|ID...]
        [TOPIC]
          [TEMA]
        EXPRESSION|-
          EXPRESIÓN|-
        FILE
          ARCHIVO
        FOLDER
          CARPETA
        NAME
          NOMBRE
        TIME
          TIEMPO
        ADDRESS
          DIRECCIÓN
        DECISIONS
          DECISIONES
        HOST:PORT
          HOST:PUERTO
        No such file or directory
          no existe el archivo o la carpeta
        Permission denied
          permiso denegado
        Is a directory
          es una carpeta
        Not a directory
          no es una carpeta
        File exists
          ya existe
        Connection refused
          conexión rechazada
        Connection reset by peer
          el otro extremo cortó la conexión
        Connection timed out
          se agotó el tiempo de conexión
        Broken pipe
          tubería rota
        No space left on device
          no queda espacio en el disco
        Address already in use
          la dirección ya está en uso
        Cannot assign requested address
          esa dirección no es de esta máquina
        Too many open files
          demasiados archivos abiertos
        Cannot allocate memory
          no hay memoria
        Input/output error
          error de entrada o salida
        Bad file descriptor
          descriptor no válido
        Operation not permitted
          operación no permitida
        Read-only file system
          sistema de archivos de solo lectura
        Invalid argument
          argumento no válido
        Network is unreachable
          la red no es alcanzable
        No route to host
          no hay ruta hasta el host
        Resource temporarily unavailable
          no disponible por ahora
        File too large
          archivo demasiado grande
        Disk quota exceeded
          cuota de disco superada
        Device or resource busy
          está ocupado
        Name or service not known
          nombre desconocido
        Temporary failure in name resolution
          fallo temporal al resolver el nombre
        true or false
          true o false
        text of 1 to 128 bytes
          texto de 1 a 128 bytes
        whole number from %1 to %2
          número entero de %1 a %2
        size from %1 to %2
          tamaño de %1 a %2
        condition
          condición
        expression
          expresión
        expression: a number
          expresión: un número
        expression: text
          expresión: un texto
        object
          objeto
        object: name → %1
          objeto: nombre → %1
        list of %1
          lista de %1
        %1, or a list of them
          %1, o una lista de ellos
        %1: one, a list, or "*"
          %1: uno, una lista, o "*"
        number from %1 to %2
          número de %1 a %2
        number from %1 up
          número desde %1
        number up to %1
          número hasta %1
        number above 0 up to 1
          número mayor que 0 y hasta 1
        duration
          duración
        duration above 0
          duración mayor que 0
        duration above 0 up to %1
          duración mayor que 0 y hasta %1
        duration up to %1
          duración de hasta %1
        duration, also below 0
          duración, también menor que 0
        duration, also below 0 up to %1
          duración, también menor que 0, de hasta %1
        duration or time
          duración o tiempo
        JSON Pointers, each with texts or true
          JSON Pointers, cada uno con textos o true
        a JSON Pointer
          un JSON Pointer
        address
          dirección
        object or list, whose texts are expressions over the line
          objeto o lista, cuyos textos son expresiones sobre la línea
        origin
          origen
        path
          ruta
        permissions, as octal digits in quotes
          permisos, en cifras octales entre comillas
        places
          lugares
        time
          tiempo
        "HH:MM", up to "24:00"
          "HH:MM", hasta "24:00"
        "arrival" for live inputs, else "reject"
          "arrival" para entradas vivas, si no "reject"
        "impression" where one is told of
          "impression" donde se informe de alguna
        "last" beside respond
          "last" junto a respond
        as many as max_ids
          tantos como max_ids
        as the header says
          como diga la cabecera
        every day
          todos los días
        the event's account
          la cuenta del evento
        the first of purchase, order_completed, checkout_completed that is named
          el primero de purchase, order_completed, checkout_completed que se nombre
        the format's place for that name; in the native form the key of ids
          el sitio del formato para ese nombre; en la forma nativa, la clave de ids
        the format's
          los del formato
        the format's; "ms" in the native form
          la del formato; "ms" en la forma nativa
        the person's
          la de la persona
        the scenario's customer
          el customer del escenario
        true for standard output and files
          true para la salida estándar y los archivos
        without end
          sin fin
         and 
           y 
         or 
           o 
        an %1
          un %1
        , but 
          , pero 
        %1 by 
          %1 por 
         to 
           a 
        line %1, column %2: %3
          línea %1, columna %2: %3
        column %1: %2
          columna %1: %2
        Usage: 
          Uso: 
        ; nearest came 
          ; lo más parecido llegó a las 
        no longer waits: 
          ya no espera: 
        waits: 
          espera: 
        mean        95 % interval
          media       intervalo del 95 %
        journeyd reads customer events, follows each customer's journey, and writes moments and decisions.
          journeyd lee eventos de clientes, sigue el recorrido de cada cliente, y escribe momentos y decisiones.
        Usage: journeyd COMMAND ...
          Uso: journeyd ORDEN ...
        journeyd COMMAND --help tells more about a command, journeyd help TOPIC about keys and messages.
          journeyd ORDEN --help cuenta más de una orden; journeyd help TEMA, de claves y mensajes.
        TOPIC is a command (run), a section or key of the configuration (moments, windows.over, policy.caps), or the code of\na message (JD0205). Without TOPIC, all commands and sections are listed.
          TEMA es una orden (run), una sección o clave de la configuración (moments, windows.over, policy.caps), o el código de\nun mensaje (JD0205). Sin TEMA se enumeran todas las órdenes y secciones.
        test CONFIG
          test CONFIG
        %1 scenario%2, 
          %1 escenarios, 
        %1 scenarios, %2
          %1 escenarios, %2
        decision %1: nothing (%2)
          decisión %'1: nada (%'2)
        native
          forma nativa
        # JD1001
        journeyd init: a sample is missing; write journeyd init --from FILE, with events of your own
          journeyd init: falta una muestra; escriba journeyd init --from ARCHIVO, con eventos propios
        journeyd init: the sample is read more than once; put it into a file
          journeyd init: la muestra se lee más de una vez; póngala en un archivo
        journeyd completion: "%1" is no shell that is known here; write bash, zsh or fish
          journeyd completion: "%1" no es un shell que se conozca aquí; escriba bash, zsh o fish
        journeyd: "%1" is not a command%2
          journeyd: no existe la orden "%1"%2
        journeyd: "%1" is not a flag%2
          journeyd: no existe la opción "%1"%2
        # JD1002
        journeyd init: what was written is not valid:
          journeyd init: lo escrito no es válido:
        %1: cannot be looked into: %2
          %1: no se puede mirar dentro: %2
        %1: is there already; name another folder, or move it away
          %1: ya existe; nombre otra carpeta, o apártelo
        # JD1101
        %1: no events are found in it; journeyd convert %2 says why, and docs/formats.md how other formats are read
          %1: no se encuentran eventos; journeyd convert %2 dice por qué, y docs/formats.md cómo se leen otros formatos
        %1: no events are found in it
          %1: no se encuentran eventos
        # JD1103
        journeyd explain: 1 line was rejected (%1), of whichever customer; journeyd run --rejects FILE keeps them; the first: %2
          journeyd explain: se rechazó 1 línea (%1), de cualquier cliente; journeyd run --rejects ARCHIVO las guarda; la primera: %2
        # JD1404
        two cells stand for the same
          dos celdas son de lo mismo
        a weight stands at a place that there is not
          un peso está en un sitio que no existe
        # JD1405
        %1: the run before ended while it repeated %2%3
          %1: la ejecución anterior terminó mientras repetía %2%3
        %1: where nobody stopped it then, journeyd journal skip --data-dir %2 %3 passes that over for good
          %1: si nadie la paró entonces, journeyd journal skip --data-dir %2 %3 lo salta para siempre
        # JD1502
        %1 of 1 customer dropped
          se descarta %1 de 1 cliente
        1 partial match dropped
          se descarta 1 coincidencia parcial
        %1 "%2" changed: %3
          %1 "%2": cambió; %3
        %1 "%2" is gone: %3
          %1 "%2": ya no está; %3
        # JD1601
        journeyd eval: column %1: %2
          journeyd eval: columna %1: %2
        # JD1801
        1 line rejected (%1)%2
          1 línea rechazada (%1)%2
        %1 lines rejected (%2)%3
          %1 líneas rechazadas (%2)%3
        the only line was rejected (%1)%2
          la única línea fue rechazada (%1)%2
        all %1 lines were rejected (%2)%3
          las %1 líneas fueron rechazadas (%2)%3
        ; %1 had no value 1 time
          ; %1 no tuvo valor 1 vez
        %1 deadline lies beyond the year 9999, so never due; shorten the times of the configuration, or look at the timestamps
          %1 plazo cae más allá del año 9999, así que no vence nunca; acorte los tiempos de la configuración, o mire los timestamp
        %1 deadlines lie beyond the year 9999, so never due; shorten the times of the configuration, or look at the timestamps
          %1 plazos caen más allá del año 9999, así que no vencen nunca; acorte los tiempos de la configuración, o mire los timestamp
        %1 deadline is pending at the end of the input; --at-end flush lets them fire
          queda %1 plazo pendiente al final de la entrada; --at-end flush hace que se cumplan
        %1 deadlines are pending at the end of the input; --at-end flush lets them fire
          quedan %1 plazos pendientes al final de la entrada; --at-end flush hace que se cumplan
        %1 (%2 may be %3)
          %1 (%2 puede ser %3)
        """#
}
