extension Catalogue {
    /// What is said of inputs and of what comes by them.
    static let input = #"""
        # JD1101
        events of files need one; time.missing ("previous" or "arrival") takes them without
          los eventos de archivos lo necesitan; time.missing ("previous" o "arrival") los acepta sin él
        "timestamp" is absent, but 
          falta "timestamp", pero 
        "timestamp" is absent; 
          falta "timestamp"; 
        the event has no time; time.missing ("previous" or "arrival") takes it without
          el evento no tiene hora; time.missing ("previous" o "arrival") lo acepta sin ella
        longer than %1 bytes (input.max_line)
          más larga que %1 bytes (input.max_line)
        an array, of which this format has none; write one object on each line
          una lista, y este formato no tiene ninguna; escriba un objeto en cada línea
        not a JSON object; write one object on each line
          no es un objeto JSON; escriba un objeto en cada línea
        not a JSON object, but an element of the line's array
          no es un objeto JSON, sino un elemento de la lista de la línea
        with what they inherit the line's events are more than %1 times as long as the line
          con lo que heredan, los eventos de la línea son más de %1 veces más largos que ella
        the event's type is not a text
          el tipo del evento no es un texto
        the event's type is longer than 128 bytes
          el tipo del evento tiene más de 128 bytes
        the channel is not a text of at most 128 bytes
          el canal no es un texto de 128 bytes como mucho
        "id" is not a string or an integer
          "id" no es un texto ni un entero
        "id" is longer than 256 bytes
          "id" tiene más de 256 bytes
        "properties" is not an object
          "properties" no es un objeto
        "%1" is empty, or not a string
          "%1" está vacío, o no es un texto
        "%1" is absent
          falta "%1"
        "%1" is absent; it is read from %2
          falta "%1"; se lee de %2
        no usable id of a customer
          ningún identificador de cliente que sirva
        ; one is read from %1
          ; se lee uno de %1
         lies outside the years 0000 to 9999 in UTC
           cae fuera de los años 0000 a 9999 en UTC
        the timestamp is neither an RFC 3339 time, as %1, nor a number
          la hora no es ni un tiempo RFC 3339, como %1, ni un número
        this is no JSON object; write one a line
          esto no es un objeto JSON; escriba uno por línea
        this is not valid JSON
          esto no es JSON válido
        this is %1, not lines of text; %2
          esto es %1, no líneas de texto; %2
        this is UTF-16; make UTF-8 of it: iconv -f UTF-16 -t UTF-8 FILE | journeyd run CONFIG
          esto es UTF-16; páselo a UTF-8: iconv -f UTF-16 -t UTF-8 ARCHIVO | journeyd run CONFIG
        this is a JSON array; write one object on each line: jq -c '.[]' FILE | journeyd run CONFIG
          esto es una lista JSON; escriba un objeto en cada línea: jq -c '.[]' ARCHIVO | journeyd run CONFIG
        this is JSON over several lines; write one object on each line: jq -c . FILE | journeyd run CONFIG
          esto es JSON en varias líneas; escriba un objeto en cada línea: jq -c . ARCHIVO | journeyd run CONFIG
        this looks like %1; read it as a table: journeyd run --format csv CONFIG FILE
          esto parece %1; léalo como tabla: journeyd run --format csv CONFIG ARCHIVO
        this looks like XML; write one JSON object on each line
          esto parece XML; escriba un objeto JSON en cada línea
        names and texts stand in double quotes in JSON: json.dumps(…) writes them so
          en JSON los nombres y los textos van entre comillas dobles: json.dumps(…) los escribe así
        unpack it: gzip -dc FILE | journeyd run CONFIG
          descomprímalo: gzip -dc ARCHIVO | journeyd run CONFIG
        unpack it: zstd -dc FILE | journeyd run CONFIG
          descomprímalo: zstd -dc ARCHIVO | journeyd run CONFIG
        unpack it: bzip2 -dc FILE | journeyd run CONFIG
          descomprímalo: bzip2 -dc ARCHIVO | journeyd run CONFIG
        unpack it: xz -dc FILE | journeyd run CONFIG
          descomprímalo: xz -dc ARCHIVO | journeyd run CONFIG
        unpack it: unzip -p FILE | journeyd run CONFIG
          descomprímalo: unzip -p ARCHIVO | journeyd run CONFIG
        export it as JSON lines
          expórtelo como líneas JSON
        CSV with ;
          CSV con ;
        byte %1 of the line is not UTF-8
          el byte %1 de la línea no es UTF-8
        at its end
          al final
        not JSON (RFC 8259) from column %1 on, %2
          no es JSON (RFC 8259) desde la columna %1, %2
        nested deeper than %1 levels
          más de %1 niveles de anidamiento
        "%1" is there; call it %2, as jq -c '.%3 = .%4' does
          hay "%1"; llámelo %2, como hace jq -c '.%3 = .%4'
        a string or an integer
          un texto o un entero
        a string
          un texto
        "%1" is not %2
          "%1" no es %2
        "%1" is empty
          "%1" está vacío
        "%1" is longer than %2 bytes
          "%1" tiene más de %2 bytes
        "timestamp" is neither an RFC 3339 time, as %1, nor an integer of milliseconds
          "timestamp" no es ni un tiempo RFC 3339, como %1, ni un entero de milisegundos
        "timestamp" lies outside the years 0000 to 9999 (milliseconds since 1970); 
          "timestamp" cae fuera de los años 0000 a 9999 (milisegundos desde 1970); 
        what was read of a line makes no sense
          lo que se leyó de una línea no tiene sentido
        # JD1102
        is not an RFC 3339 time; 
          no es un tiempo RFC 3339; 
        write it as %1
          escríbalo como %1
        %1; write it as %2
          %1; escríbalo como %2
        it wants 
          le falta 
        ; write %1
          ; escriba %1
        it looks like nanoseconds: divide by 1000000
          parecen nanosegundos: divida entre 1000000
        it looks like microseconds: divide by 1000
          parecen microsegundos: divida entre 1000
        write milliseconds since 1970
          escriba milisegundos desde 1970
        milliseconds since 1970 are a number without quotes; write %1, or a time as %2
          los milisegundos desde 1970 son un número sin comillas; escriba %1, o un tiempo como %2
        no blanks around it
          que no haya espacios alrededor
        a time of day and a zone
          una hora del día y una zona
        a T between date and time
          una T entre la fecha y la hora
        hyphens in the date
          guiones en la fecha
        two digits for month and day
          dos cifras para el mes y el día
        there is no month %1
          no existe el mes %1
        that month has %1 days
          ese mes tiene %1 días
        two digits for the hour
          dos cifras para la hora
        a day has the hours 00 to 23
          un día tiene las horas 00 a 23
        colons in the time
          dos puntos en la hora
        %1 go to 59
          %1: hasta 59
        a point before the fraction
          un punto ante la fracción
        a zone (Z, or as +02:00)
          una zona (Z, o como +02:00)
        the zone as Z
          la zona como Z
        no blank before the zone
          que no haya espacio ante la zona
        a colon in the zone
          dos puntos en la zona
        no zone is %1 hours off
          ninguna zona está a %1 horas
        # JD1103
        %1 is further than time.max_future after its arrival at %2
          %1 pasa de time.max_future después de su llegada a las %2
        %1 is before the watermark %2; raise time.disorder
          %1 es anterior a la marca de agua %2; suba time.disorder
        # JD1104
        a row of %1 cells, where the header has %2
          una fila de %1 celdas, y la cabecera tiene %2
        a row whose quotes make no sense: a quote within quotes is written twice
          una fila cuyas comillas no tienen sentido: una comilla entre comillas se escribe doble
        a row of more than %1 bytes (input.max_line), perhaps with a quote that nothing closes
          una fila de más de %1 bytes (input.max_line), quizá con una comilla que nada cierra
        the table is in UTF-16; make UTF-8 of it: iconv -f UTF-16 -t UTF-8 FILE
          la tabla está en UTF-16; pásela a UTF-8: iconv -f UTF-16 -t UTF-8 ARCHIVO
        the table's header is not UTF-8
          la cabecera de la tabla no es UTF-8
        the quotes in the table's header make no sense
          las comillas de la cabecera de la tabla no tienen sentido
        the header has more than %1 columns, or a name of more than %2 bytes
          la cabecera tiene más de %1 columnas, o un nombre de más de %2 bytes
        # JD1105
        something else than gzip follows
          detrás viene algo que no es gzip
        the gzip data make no sense
          los datos gzip no tienen sentido
        the gzip data are damaged
          los datos gzip están dañados
        there is no memory to unpack it
          no hay memoria para descomprimirlo
        the gzip data end too early
          los datos gzip terminan antes de tiempo
        %1 at byte %2; what stands before that was read
          %1 en el byte %2; lo que hay antes se ha leído
        # JD1106
        %1: cannot be read: %2
          %1: no se puede leer: %2
        %1: is a folder; name the files in it
          %1: es una carpeta; nombre los archivos que hay en ella
        %1: has %2 bytes, but %3 were read of it before, so it is not the same file any more; give it another name, or use another --data-dir
          %1: tiene %2 bytes, pero ya se habían leído %3, así que ya no es el mismo archivo; déle otro nombre, o use otro --data-dir
        %1: cannot be read from byte %2 on: %3
          %1: no se puede leer a partir del byte %2: %3
        so it is not the same file any more; give it another name, or use another --data-dir
          así que ya no es el mismo archivo; déle otro nombre, o use otro --data-dir
        its first %1 bytes were read before, and are not what they were then, %2
          sus primeros %1 bytes ya se habían leído, y no son los de entonces, %2
        has something else before byte %1 than was read there before, %2
          tiene ante el byte %1 algo distinto de lo que se leyó allí, %2
        %1: reading failed: %2
          %1: falló la lectura: %2
        # JD1107
        none of its ids is usable (%1)
          ninguno de sus identificadores sirve (%1)
        # JD1201
        %1: "%2" is not a format; choose one of %3
          %1: "%2" no es un formato; elija uno de %3
        %1: a proxy speaks TLS, not journeyd; listen at http://127.0.0.1:8080, and have the proxy send there
          %1: TLS lo habla un proxy, no journeyd; escuche en http://127.0.0.1:8080, y que el proxy envíe allí
        write file:PATH, or file:PATH?follow for a file that grows
          escriba file:RUTA, o file:RUTA?follow para un archivo que crece
        %1 names no file; %2
          %1 no nombra ningún archivo; %2
        %1: "%2" is not known; %3
          %1: no se conoce "%2"; %3
        names no file; write unix:///run/journeyd/events.sock
          no nombra ningún archivo; escriba unix:///run/journeyd/events.sock
        is longer than the %1 bytes that a socket's path may have; choose a shorter one
          es más larga que los %1 bytes que admite la ruta de un socket; elija una más corta
        is not an address; write tcp://HOST:PORT or unix://PATH
          no es una dirección; escriba tcp://HOST:PUERTO o unix://RUTA
        write a host and a port, such as 127.0.0.1:7000 or [::1]:7000
          escriba un host y un puerto, por ejemplo 127.0.0.1:7000 o [::1]:7000
        is an address of IPv6 without brackets; %1
          es una dirección IPv6 sin corchetes; %1
        has no host; %1
          no tiene host; %1
        has a host that is not one; %1
          tiene un host que no lo es; %1
        has a port that is not a number from 0 to 65535; %1
          tiene un puerto que no es un número de 0 a 65535; %1
        is no path
          no es una ruta
        has a host that is not known: %1
          tiene un host que no se conoce: %1
        has a host without an address
          tiene un host sin dirección
        # JD1202
        %1: other machines can reach it; give --allow-remote and set input.%2.token_file, or listen at 127.0.0.1
          %1: otras máquinas pueden llegar a ella; dé --allow-remote y ponga input.%2.token_file, o escuche en 127.0.0.1
        %1: other machines can reach it, so senders must show a token; set input.%2.token_file in the configuration
          %1: otras máquinas pueden llegar a ella, así que quien envíe debe mostrar un token; ponga input.%2.token_file en la configuración
        %1: cannot listen there: %2
          %1: no se puede escuchar ahí: %2
        %1: is not a path that a socket may have
          %1: no es una ruta que pueda tener un socket
        waiting for another journeyd that begins to listen there
          se espera a otro journeyd que empieza a escuchar ahí
        %1: told to end before it had begun
          %1: se mandó terminar antes de que empezara
        somebody listens there already; end that program, or choose another path
          alguien escucha ya ahí; termine ese programa, o elija otra ruta
        there is something that is not a socket; remove it, or choose another path
          hay algo que no es un socket; bórrelo, o elija otra ruta
        another journeyd that begins to listen there has held %1 for too long; end that program
          otro journeyd que empieza a escuchar ahí retiene %1 demasiado tiempo; termine ese programa
        %1 is in the way and belongs to somebody else; remove it, or choose another path
          %1 estorba y es de otro usuario; bórrelo, o elija otra ruta
        told to end
          se mandó terminar
        connections at %1
          conexiones en %1
        lines of %1 that were not finished
          líneas de %1 que quedaron sin terminar
        connections at %1, ended: %2
          conexiones en %1, terminadas: %2
        # JD1203
        %1: cannot be waited for: %2
          %1: no se puede esperar en ella: %2
        cannot accept connections for now
          de momento no se pueden aceptar conexiones
        connection turned away
          conexión no admitida
        turned away: %1
          no admitida: %1
        connection broke
          se cortó una conexión
        connections closed with unread data
          conexiones cerradas con datos sin leer
        # JD1204
        is not a file; name one that holds the token
          no es un archivo; nombre uno que guarde el token
        may be read by everybody; run chmod 600 %1
          lo puede leer cualquiera; ejecute chmod 600 %1
        holds no token; write one line of %1 to %2 printable characters without spaces
          no guarda ningún token; escriba una línea de %1 a %2 caracteres imprimibles sin espacios
        # JD1205
        NUL bytes at the beginning of a followed file were passed over; let its writer open it for appending
          se pasaron por alto bytes NUL al principio de un archivo seguido; que quien lo escribe lo abra para añadir
        followed file was emptied; reading on in its copy first
          se vació un archivo seguido; primero se sigue leyendo su copia
        followed file was emptied; reading it from its beginning
          se vació un archivo seguido; se lee desde el principio
        followed file was renamed since it was last read; reading on in it first
          un archivo seguido cambió de nombre desde la última lectura; primero se sigue leyendo en él
        followed file was emptied or removed since it was last read; reading on in its copy first
          un archivo seguido se vació o se borró desde la última lectura; primero se sigue leyendo su copia
        followed file was emptied or removed since it was last read; what came behind that, if anything, cannot be read
          un archivo seguido se vació o se borró desde la última lectura; lo que viniera detrás, si lo había, no se puede leer
        followed file was replaced; reading the new one
          un archivo seguido fue sustituido; se lee el nuevo
        another file had the name meanwhile; reading it first
          otro archivo tuvo ese nombre entretanto; se lee primero
        followed file cannot be opened
          no se puede abrir un archivo seguido
        what stood in a followed file cannot be read any more
          lo que había en un archivo seguido ya no se puede leer
        %1: cannot be followed: %2: %3
          %1: no se puede seguir: %2: %3
        %1: is not a file; only files can be followed
          %1: no es un archivo; solo se pueden seguir archivos
        bytes of %1 that cannot be read any more
          bytes de %1 que ya no se pueden leer
        NUL bytes of %1, passed over
          bytes NUL de %1, pasados por alto
        # JD1101
        id "%1" came before within input.dedup
          el id "%1" ya llegó dentro de input.dedup
        line rejected
          línea rechazada
        # JD1301
        %1: cannot be made sure of: %2
          %1: no se puede asegurar: %2
        # JD1404
        the accounts do not fit their members
          las cuentas no encajan con sus miembros
        a person belongs to an account that there is not
          una persona pertenece a una cuenta que no existe
        the namespaces are others
          los espacios de nombres son otros
        ids are found in another way
          los identificadores se encuentran de otro modo
        the header of a table cannot be read
          no se puede leer la cabecera de una tabla
        lines that wait are no events as this version reads them
          las líneas que esperan no son eventos tal como los lee esta versión
        """#
}
