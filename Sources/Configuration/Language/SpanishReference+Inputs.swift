extension SpanishReference {
    /// Two lines a text: the English one, and the Spanish one set in.
    static let inputs = #"""
        A configuration is one object. Only `version` is required; a file with nothing but `moments` emits moments.
          Una configuración es un objeto. Solo `version` es obligatoria; un archivo que solo tiene `moments` emite momentos.
        The version of the configuration's language.
          La versión del lenguaje de la configuración.
        Files whose sections are read as if they stood here. Paths are relative to this file.
          Archivos cuyas secciones se leen como si estuvieran aquí. Las rutas son relativas a este archivo.
        What lines come in, and how.
          Qué líneas entran, y cómo.
        Order, lateness and silence.
          Orden, retraso y silencio.
        Who is who: one customer from many ids.
          Quién es quién: un cliente a partir de muchos identificadores.
        What is forgotten.
          Lo que se olvida.
        Files of rows that expressions look up.
          Archivos de filas que consultan las expresiones.
        What an event is in the customer's journey.
          Qué es un evento en el viaje del cliente.
        What is kept about a customer for good.
          Lo que se guarda de un cliente para siempre.
        What is counted and summed for each customer.
          Lo que se cuenta y se suma de cada cliente.
        Numbers made of windows and profile.
          Números hechos de ventanas y perfil.
        Groups that customers enter and leave.
          Grupos en los que los clientes entran y de los que salen.
        What is worth noticing.
          Lo que merece atención.
        What can be done about a moment.
          Lo que se puede hacer ante un momento.
        What came of decisions.
          Lo que resultó de las decisiones.
        Limits that hold for all actions.
          Límites que valen para todas las acciones.
        The types of line that come out.
          Los tipos de línea que salen.
        Where lines go: up to 64 outputs.
          Adónde van las líneas: hasta 64 salidas.
        How a data directory is written.
          Cómo se escribe un directorio de datos.
        What `journeyd report` tells of all journeys.
          Lo que `journeyd report` cuenta de todos los viajes.
        What lines come in, and how. [inputs.md](inputs.md) says more.
          Qué líneas entran, y cómo. [inputs.md](inputs.md) dice más.
        The form of the lines. [formats.md](formats.md) shows each.
          La forma de las líneas. [formats.md](formats.md) las muestra todas.
        The longest line, without its end. A longer one is rejected.
          La línea más larga, sin su final. Una más larga se rechaza.
        How long an event's `id` is remembered; the same one again is dropped. `"0s"` remembers none.
          Cuánto se recuerda el `id` de un evento; si vuelve el mismo, se descarta. `"0s"` no recuerda ninguno.
        Sockets that are listened on.
          Sockets en los que se escucha.
        Events that are posted over HTTP.
          Eventos que llegan por HTTP.
        Where a line says what, beside the format's own mapping.
          Dónde dice una línea qué, además de lo que ya sabe el formato.
        Types of event that are called otherwise here.
          Tipos de evento que aquí se llaman de otro modo.
        Types of event that are left out, by their names behind `rename`. They are counted.
          Tipos de evento que se dejan fuera, por sus nombres después de `rename`. Se cuentan.
        How tables are read.
          Cómo se leen las tablas.
        Sockets that are listened on (`--listen`). These keys take effect at the start of a run.
          Sockets en los que se escucha (`--listen`). Estas claves valen desde el arranque.
        The most connections at a time. One more is turned away.
          El máximo de conexiones a la vez. Una más se rechaza.
        A connection that is silent for so long is closed. `"0s"` closes none.
          Una conexión que calla durante tanto tiempo se cierra. `"0s"` no cierra ninguna.
        The file with the token that every connection over TCP shows first. It is read at the start.
          El archivo con el token que toda conexión TCP muestra primero. Se lee al arrancar.
        The permissions of Unix sockets.
          Los permisos de los sockets Unix.
        The memory for unfinished lines, over all connections of a listener.
          La memoria para líneas sin terminar, de todas las conexiones de un socket.
        Events that are posted over HTTP (`--listen http://…`). [http.md](http.md) says more. These keys take effect at the start of a run.
          Eventos que llegan por HTTP (`--listen http://…`). [http.md](http.md) dice más. Estas claves valen desde el arranque.
        The file with the token that every request shows.
          El archivo con el token que muestra toda petición.
        The origins whose pages may send; `"*"` for any.
          Los orígenes cuyas páginas pueden enviar; `"*"` para cualquiera.
        The largest body.
          El cuerpo más grande.
        The most connections at a time.
          El máximo de conexiones a la vez.
        How long a request's head may take, from its first byte.
          Cuánto puede tardar la cabecera de una petición, desde su primer byte.
        How long a request's body may take, from the end of the head.
          Cuánto puede tardar el cuerpo de una petición, desde el final de la cabecera.
        How long a connection may be silent between two requests.
          Cuánto puede callar una conexión entre dos peticiones.
        Where a line says what, beside the format's own mapping. [formats.md](formats.md) says more. A place is a JSON Pointer, a column's name or an object. These keys take effect at the start of a run.
          Dónde dice una línea qué, además de lo que ya sabe el formato. [formats.md](formats.md) dice más. Un lugar es un JSON Pointer, el nombre de una columna o un objeto. Estas claves valen desde el arranque.
        Where a line holds its events.
          Dónde lleva una línea sus eventos.
        What elements take along from around them.
          Lo que los elementos toman de su alrededor.
        The event's own id.
          El identificador del evento.
        Whose event it is.
          De quién es el evento.
        The event's type.
          El tipo del evento.
        When it happened.
          Cuándo ocurrió.
        Its channel.
          Su canal.
        Its properties; later ones win.
          Sus propiedades; ganan las últimas.
        Its ids, the strongest first.
          Sus identificadores, el más fuerte primero.
        Events that say that two ids are one person's.
          Eventos que dicen que dos identificadores son de una persona.
        The firm or household that it belongs to.
          La empresa o el hogar al que pertenece.
        Where a text is found, and what is done to it. One of `from`, `text`, `join` and `expr` says where.
          Dónde se encuentra un texto, y qué se hace con él. Una de `from`, `text`, `join` y `expr` dice dónde.
        The first usable one of these.
          El primero de estos que sirva.
        This text.
          Este texto.
        Several together.
          Varios juntos.
        An expression over `line`, the event's object.
          Una expresión sobre `line`, el objeto del evento.
        What stands between them.
          Lo que va entre ellos.
        Without these there is no text.
          Sin estos no hay texto.
        What must stand at these places.
          Lo que debe estar en estos lugares.
        What counts where it does not.
          Lo que cuenta donde no lo está.
        Whether letters become small ones.
          Si las letras pasan a minúsculas.
        Texts that become others.
          Textos que se convierten en otros.
        What it must begin with, and is taken off.
          Con lo que debe empezar, y se le quita.
        What it must not begin with.
          Con lo que no debe empezar.
        Whether a text that is a number is one.
          Si un texto que es un número se toma por número.
        Where a time is found, and how it is read.
          Dónde se encuentra una hora, y cómo se lee.
        What a number means.
          Qué significa un número.
        The zone of times that name none.
          La zona de las horas que no nombran ninguna.
        Three times that correct a wrong clock.
          Tres horas que corrigen un reloj equivocado.
        A time so many milliseconds before another.
          Una hora tantos milisegundos antes de otra.
        Received − (sent − original), where all three are there and no corrected time is.
          Recibido − (enviado − original), donde están las tres y no hay hora corregida.
        When it was sent.
          Cuándo se envió.
        When it came.
          Cuándo llegó.
        A time that lies before another.
          Una hora anterior a otra.
        The other time.
          La otra hora.
        How long, in milliseconds.
          Cuánto, en milisegundos.
        Where properties are found: an object's members, one value, or a key/value list.
          Dónde se encuentran las propiedades: los miembros de un objeto, un valor o una lista de claves y valores.
        An object, or one value.
          Un objeto, o un valor.
        A list of objects that each hold a key and a value.
          Una lista de objetos con una clave y un valor cada uno.
        The key, in an element.
          La clave, en un elemento.
        The value, in an element.
          El valor, en un elemento.
        What it is called as a whole.
          Cómo se llama en conjunto.
        Texts that stand for nothing.
          Textos que equivalen a nada.
        An event that says that two ids are one person's.
          Un evento que dice que dos identificadores son de una persona.
        The event's type, before `rename`.
          El tipo del evento, antes de `rename`.
        The id that stays.
          El identificador que queda.
        The id that joins it.
          El identificador que se le une.
        Whether limits do not count.
          Si los límites no cuentan.
        What parts cells.
          Lo que separa las celdas.
        Order, lateness and silence. [concepts.md](concepts.md) explains the watermark.
          Orden, retraso y silencio. [concepts.md](concepts.md) explica la marca de agua.
        How far behind the newest event the watermark stays. Events wait that long to be put in order.
          Cuánto queda la marca de agua por detrás del evento más nuevo. Los eventos esperan ese tiempo para ordenarse.
        What happens to an event behind the watermark: it is taken at the watermark's time, or rejected.
          Qué pasa con un evento detrás de la marca de agua: se toma a la hora de la marca, o se rechaza.
        What becomes of an event without a time: `"previous"` is the greatest event time so far.
          Qué se hace con un evento sin hora: `"previous"` es la mayor hora de evento hasta ahora.
        What a number means as a time.
          Qué significa un número como hora.
        After so much silence of live inputs, time goes on by the wall clock.
          Tras tanto silencio de las entradas en vivo, el tiempo sigue por el reloj de la máquina.
        An event of a live input that lies further ahead of its arrival is rejected.
          Un evento en vivo que va más adelantado a su llegada se rechaza.
        Who is who: one person's events are found by all ids that they show. `identity: {}` takes what the format brings. [identity.md](identity.md) says more. These keys take effect at the start of a run.
          Quién es quién: los eventos de una persona se encuentran por todos los identificadores que muestran. `identity: {}` toma lo que trae el formato. [identity.md](identity.md) dice más. Estas claves valen desde el arranque.
        The namespaces of ids, the strongest first.
          Los espacios de identificadores, el más fuerte primero.
        Texts that are nobody's id; behind `re:` stands a regular expression.
          Textos que no son identificador de nadie; tras `re:` va una expresión regular.
        The most ids of one subject.
          El máximo de identificadores de un sujeto.
        The most merges of one subject.
          El máximo de fusiones de un sujeto.
        The firm or household that an event belongs to, as `journeyd convert` writes it.
          La empresa o el hogar al que pertenece un evento, como lo escribe `journeyd convert`.
        A kind of ids. The same text in two of them is two ids.
          Una clase de identificadores. El mismo texto en dos de ellas son dos identificadores.
        Where a line says one; the first usable counts.
          Dónde dice una línea uno; cuenta el primero que sirva.
        Whether a subject has at most one, ever.
          Si un sujeto tiene uno como mucho, para siempre.
        The most that a subject has.
          El máximo que tiene un sujeto.
        What becomes of an id that two persons show: nobody's, or that of who showed it last.
          Qué pasa con un identificador que muestran dos personas: de nadie, o de quien lo mostró el último.
        Whether capital letters are small ones.
          Si las mayúsculas valen como minúsculas.
        What is forgotten. [identity.md](identity.md) says more.
          Lo que se olvida. [identity.md](identity.md) dice más.
        Types of event at which all that is known of the event's customer is forgotten, once it was taken.
          Tipos de evento con los que se olvida todo lo que se sabe del cliente, una vez tomado el evento.
        The firm or household that an event belongs to, for rules `of: "account"`.
          La empresa o el hogar al que pertenece un evento, para las reglas con `of: "account"`.
        Events with which a person leaves an account.
          Eventos con los que una persona deja una cuenta.
        Who shows an account belongs to it until such an event.
          Quien muestra una cuenta pertenece a ella hasta un evento así.
        Which account it is: a JSON Pointer into the event as it is in the native form.
          Qué cuenta es: un JSON Pointer dentro del evento en la forma nativa.
        It is about a firm or household, and all its persons' events. [identity.md](identity.md) says more.
          Trata de una empresa o un hogar, y de los eventos de todas sus personas. [identity.md](identity.md) dice más.
        A file of rows, read at the start and with each reload. `tables.NAME[KEY].COLUMN` is a cell, absent where the row, or the cell, is.
          Un archivo de filas, que se lee al arrancar y con cada recarga. `tables.NAME[KEY].COLUMN` es una celda, ausente donde falta la fila o la celda.
        A `.csv` file with a header, or one JSON object a line. Paths are relative to this file.
          Un archivo `.csv` con cabecera, o un objeto JSON por línea. Las rutas son relativas a este archivo.
        The column by which rows are found, each once.
          La columna por la que se encuentran las filas, cada una una vez.
        The columns that are read, and what their cells are.
          Las columnas que se leen, y qué son sus celdas.
        """# + "\n"
}
