extension SpanishReference {
    /// Two lines a text: the English one, and the Spanish one set in.
    static let surroundings = #"""
        Where lines go. The keys from `retry` on are about sockets, commands and URLs; of standard output and files the run waits. [outputs.md](outputs.md) says more. Outputs take effect at the start of a run.
          Adónde van las líneas. Las claves desde `retry` tratan de sockets, comandos y direcciones web; a la salida estándar y a los archivos se les espera. [outputs.md](outputs.md) dice más. Las salidas valen desde el arranque.
        `stdout`, `file:PATH`, `tcp://HOST:PORT`, `unix://PATH`, `https://…`, `http://…`, `exec:COMMAND` or `kafka://…`.
          `stdout`, `file:PATH`, `tcp://HOST:PORT`, `unix://PATH`, `https://…`, `http://…`, `exec:COMMAND` o `kafka://…`.
        Only these types of line.
          Solo estos tipos de línea.
        Only the lines for which this holds.
          Solo las líneas para las que esto se cumple.
        Whether it gets the decisions of the control group.
          Si recibe las decisiones del grupo de control.
        The form of a line, or a template of one.
          La forma de una línea, o una plantilla de ella.
        A form of one's own. What expressions come to is written as JSON, whatever it is.
          Una forma propia. Lo que dan las expresiones se escribe como JSON, sea lo que sea.
        What stands in a line's place. A member whose value is absent is left out.
          Lo que va en lugar de una línea. Un miembro cuyo valor falta se deja fuera.
        How many requests may be made.
          Cuántas peticiones se pueden hacer.
        In no stretch of `per` are more than `max` requests made; lines wait meanwhile.
          En ningún tramo de `per` se hacen más de `max` peticiones; las líneas esperan mientras tanto.
        The most requests.
          El máximo de peticiones.
        In how long a time.
          En cuánto tiempo.
        Whom `cloudevents` and `pagerduty` say that a line is from.
          De quién dicen `cloudevents` y `pagerduty` que es una línea.
        With `pagerduty`: how bad it is.
          Con `pagerduty`: cuán grave es.
        With `pagerduty`, and required there: the key of the service.
          Con `pagerduty`, y allí obligatoria: la clave del servicio.
        How what fails is tried again.
          Cómo se reintenta lo que falla.
        How long a connection or an answer may take. Not with `exec:`.
          Cuánto puede tardar una conexión o una respuesta. No con `exec:`.
        The memory for lines that wait, where there is no `spool`.
          La memoria para líneas que esperan, donde no hay `spool`.
        The folder in which lines wait. Each output has its own.
          La carpeta en la que esperan las líneas. Cada salida tiene la suya.
        What gives way when there is no room: new lines, old ones, or the engine, which waits.
          Lo que cede cuando no hay sitio: las líneas nuevas, las viejas, o el motor, que espera.
        How long delivery goes on without success once the input has ended.
          Cuánto sigue la entrega sin éxito una vez acabada la entrada.
        Further headers of requests: up to 32.
          Más cabeceras de las peticiones: hasta 32.
        The most lines of one request. Not with the forms `slack` and `pagerduty`.
          El máximo de líneas de una petición. No con las formas `slack` y `pagerduty`.
        The file for lines that are refused for good.
          El archivo para las líneas que se rechazan para siempre.
        Topics as inputs and outputs.
          Temas como entradas y salidas.
        Topics as inputs and outputs. With this section every budget says how partitions share it (`share`). [kafka.md](kafka.md) says more. These keys take effect at the start of a run.
          Temas como entradas y salidas. Con esta sección cada presupuesto dice cómo lo reparten las particiones (`share`). [kafka.md](kafka.md) dice más. Estas claves valen desde el arranque.
        How long a transaction is open at most. Readers of committed lines wait so long.
          Cuánto está abierta una transacción como mucho. Quien lee líneas confirmadas espera ese tiempo.
        How producers find a key's partition: `murmur2` is Java's way, `crc32` librdkafka's.
          Cómo hallan los productores la partición de una clave: `murmur2` es la manera de Java, `crc32` la de librdkafka.
        The folder in which processes find each other's snapshots.
          La carpeta en la que cada proceso halla las instantáneas de los demás.
        Properties of librdkafka: up to 64. Passwords stand elsewhere.
          Propiedades de librdkafka: hasta 64. Las contraseñas están en otra parte.
        With Kafka, and required there: each partition has its part of `max`, or asks for slices.
          Con Kafka, y allí obligatoria: cada partición tiene su parte de `max`, o pide porciones.
        A value that stands elsewhere, so that the configuration can be shown around. One of the keys.
          Un valor que está en otra parte, para que la configuración se pueda enseñar. Una de las claves.
        The file with the value.
          El archivo con el valor.
        The environment variable with the value.
          La variable de entorno con el valor.
        Pauses grow from `min` to `max`. The last two keys are for URLs only.
          Las pausas crecen de `min` a `max`. Las dos últimas claves son solo para direcciones web.
        The first pause.
          La primera pausa.
        The longest pause.
          La pausa más larga.
        How often the same lines are tried.
          Cuántas veces se intentan las mismas líneas.
        The longest pause that a `Retry-After` may ask for.
          La pausa más larga que puede pedir un `Retry-After`.
        Lines wait on disk, and outlast the run.
          Las líneas esperan en el disco, y sobreviven a la ejecución.
        The folder.
          La carpeta.
        How large it may become.
          Cuánto puede crecer.
        How the data directory (`--data-dir`) is written. [durability.md](durability.md) says more. These keys take effect at the start of a run.
          Cómo se escribe el directorio de datos (`--data-dir`). [durability.md](durability.md) dice más. Estas claves valen desde el arranque.
        When the journal is made durable: before anything follows from it, every `interval`, or at snapshots only.
          Cuándo se hace duradero el diario: antes de que nada se siga de él, cada `interval`, o solo con cada instantánea.
        The time between two fsyncs, with `fsync: "interval"`.
          El tiempo entre dos fsync, con `fsync: "interval"`.
        How large a file of the journal becomes.
          Cuánto crece un archivo del diario.
        A snapshot is made after so much input.
          Se hace una instantánea tras tanta entrada.
        A snapshot is made after so long, where anything came.
          Se hace una instantánea tras tanto tiempo, si llegó algo.
        How much of the journal is kept for `replay` once recovery no longer needs it.
          Cuánto del diario se guarda para `replay` cuando la recuperación ya no lo necesita.
        How long records are kept that recovery no longer needs.
          Cuánto se guardan los registros que la recuperación ya no necesita.
        What `journeyd report` tells of all journeys. [report.md](report.md) says more.
          Lo que `journeyd report` cuenta de todos los viajes. [report.md](report.md) dice más.
        What a journey is to come to.
          A lo que debe llegar un viaje.
        Touches no further apart are of one visit.
          Los contactos no más separados que esto son de una visita.
        A journey is lost when more than this has passed since its last touch.
          Un viaje se pierde cuando ha pasado más que esto desde su último contacto.
        Touches less than this before a conversion have a part in it.
          Los contactos a menos de esto de una conversión tienen parte en ella.
        What KPIs are told apart by: up to 8 expressions, of each the first 8 values. `channel`, `stage` and other traits of touchpoints may stand alone.
          Por lo que se distinguen los indicadores: hasta 8 expresiones, de cada una los 8 primeros valores. `channel`, `stage` y otros rasgos de los puntos de contacto pueden ir solos.
        By touchpoint, what a touch costs.
          Por punto de contacto, lo que cuesta un contacto.
        What an event cost; where it says nothing, `costs` does.
          Lo que costó un evento; donde no dice nada, lo dice `costs`.
        How a customer feels, from −1 to 1.
          Cómo se siente un cliente, de −1 a 1.
        Answers of customers to count.
          Respuestas de clientes que se cuentan.
        A conversion with a condition or a value.
          Una conversión con una condición o un valor.
        What is paid for by the thousand.
          Lo que se paga por millar.
        What a thousand touches cost.
          Lo que cuestan mil contactos.
        Answers that customers gave.
          Respuestas que dieron los clientes.
        0 to 10.
          De 0 a 10.
        1 to 5.
          De 1 a 5.
        One answer.
          Una respuesta.
        The answer, on the events that have one.
          La respuesta, en los eventos que tienen una.
        What actions are to bring about.
          Lo que deben lograr las acciones.
        What actions are to bring about. `journeyd report` holds those who are treated against the control group.
          Lo que deben lograr las acciones. `journeyd report` compara a los tratados con el grupo de control.
        With how many customers a verdict is wanted: bounds are narrowest there.
          Con cuántos clientes se quiere un veredicto: ahí los límites son más estrechos.
        The events.
          Los eventos.
        How long it may take.
          Cuánto puede tardar.
        A file of scenarios is one object. [scenarios.md](scenarios.md) shows how to write one.
          Un archivo de escenarios es un objeto. [scenarios.md](scenarios.md) muestra cómo se escribe.
        Histories that a configuration is tried on.
          Historias con las que se prueba una configuración.
        A short history, and what must come of it. At least one of `expect`, `never` and `nothing_else: true` is written.
          Una historia corta, y lo que debe resultar de ella. Se escribe al menos una de `expect`, `never` y `nothing_else: true`.
        What relative times count from.
          Desde dónde cuentan las horas relativas.
        Whose events they are where an event does not say.
          De quién son los eventos donde uno no lo dice.
        What happens, in the order of arrival.
          Lo que pasa, en el orden de llegada.
        How long time goes on after the last event.
          Cuánto sigue el tiempo tras el último evento.
        Lines that must come, in this order. Others may come between them.
          Líneas que deben venir, en este orden. Otras pueden venir entre ellas.
        Lines that must not come.
          Líneas que no deben venir.
        Nothing may come but what is expected.
          No puede venir nada más que lo esperado.
        An event as it arrives.
          Un evento como llega.
        Its time: `"+20m"` and `"-5m"` count from the event before, `"20m"` from the start.
          Su hora: `"+20m"` y `"-5m"` cuentan desde el evento anterior, `"20m"` desde el principio.
        Its type. Either this or `respond` is written.
          Su tipo. Se escribe esto o `respond`.
        The customer answers a decision: an event of the first type by which `responses` tells of that outcome.
          El cliente responde a una decisión: un evento del primer tipo con que `responses` habla de ese resultado.
        Which decision it speaks of: the customer's `last`, the last of an action, or the one of an id.
          De qué decisión habla: la última del cliente (`last`), la última de una acción, o la de un identificador.
        Its id.
          Su identificador.
        Its properties.
          Sus propiedades.
        Further keys of its line.
          Más claves de su línea.
        The same event for so many customers: `ana-1`, `ana-2`, …
          El mismo evento para tantos clientes: `ana-1`, `ana-2`, …
        The parts of a line that matter; the others may be anything. `type` follows from the keys where it is not written. Times are relative to the scenario's start, or as lines have them.
          Las partes de una línea que importan; las demás pueden ser cualquiera. `type` se sigue de las claves donde no se escribe. Las horas son relativas al principio del escenario, o como las tienen las líneas.
        The type of the line.
          El tipo de la línea.
        The line's time.
          La hora de la línea.
        In `moment`, `decision`, `drop_off`.
          En `moment`, `decision`, `drop_off`.
        In `moment`.
          En `moment`.
        In `moment`, `drop_off`.
          En `moment`, `drop_off`.
        In `moment`, `decision`, `segment`, `score`, `drop_off`, `response`, `identity`.
          En `moment`, `decision`, `segment`, `score`, `drop_off`, `response`, `identity`.
        In `decision`, `response`.
          En `decision`, `response`.
        In `decision`, `identity`, `rejected`.
          En `decision`, `identity`, `rejected`.
        In `decision`.
          En `decision`.
        In `decision`, `score`, `response`.
          En `decision`, `score`, `response`.
        In `segment`.
          En `segment`.
        In `segment`, `identity`.
          En `segment`, `identity`.
        In `score`.
          En `score`.
        In `drop_off`.
          En `drop_off`.
        In `response`.
          En `response`.
        In `identity`.
          En `identity`.
        In `rejected`.
          En `rejected`.
        """# + "\n"
}
