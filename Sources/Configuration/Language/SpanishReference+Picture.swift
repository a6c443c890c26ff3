extension SpanishReference {
    /// Two lines a text: the English one, and the Spanish one set in.
    static let picture = #"""
        What an event is in the customer's journey. Of several that fit, the first one written counts. [picture.md](picture.md) says more.
          Qué es un evento en el viaje del cliente. De varios que encajan cuenta el primero escrito. [picture.md](picture.md) dice más.
        The events it is about.
          Los eventos de los que trata.
        Only the events for which this holds.
          Solo los eventos para los que esto se cumple.
        The stage of the journey.
          La etapa del viaje.
        Before, during or after the purchase.
          Antes, durante o después de la compra.
        The channel.
          El canal.
        The medium.
          El medio.
        How the customer takes it.
          Cómo lo recibe el cliente.
        Who began it.
          Quién lo empezó.
        Whether it gets in the customer's way.
          Si estorba al cliente.
        What the report says of it beside its figures.
          Lo que el informe dice de él junto a sus cifras.
        A text in each language.
          Un texto en cada idioma.
        In Spanish.
          En español.
        In English.
          En inglés.
        An attribute that is kept about a customer for good.
          Un atributo que se guarda de un cliente para siempre.
        The value. An absent one changes nothing.
          El valor. Uno ausente no cambia nada.
        Which of several values stays; `latest` and `first` go by the events' own times.
          Cuál de varios valores queda; `latest` y `first` van por las horas de los eventos.
        Keeps the value of the most trusted source; within one source, the latest.
          Guarda el valor de la fuente de más confianza; dentro de una fuente, el último.
        The sources, the most trusted first: up to 1,000.
          Las fuentes, la de más confianza primero: hasta 1000.
        Where a value is from.
          De dónde viene un valor.
        One aggregate over the events of a customer, and at most one extent: `over`, `per`, `events` or `session`; without one, over all time.
          Un agregado sobre los eventos de un cliente, y como mucho una extensión: `over`, `per`, `events` o `session`; sin ninguna, sobre todo el tiempo.
        How many events there are. An int.
          Cuántos eventos hay. Un entero.
        The sum. A double; 0.0 where there is none.
          La suma. Un número decimal; 0.0 donde no hay nada.
        The mean. A double.
          La media. Un número decimal.
        The least value.
          El valor menor.
        The greatest value.
          El valor mayor.
        The value of the first event.
          El valor del primer evento.
        The value of the last event.
          El valor del último evento.
        How many different values there are. An int.
          Cuántos valores distintos hay. Un entero.
        The most frequent value.
          El valor más frecuente.
        The time since the last event. A duration.
          El tiempo desde el último evento. Una duración.
        The time since the first event. A duration.
          El tiempo desde el primer evento. Una duración.
        The value in the middle, exactly.
          El valor del medio, exacto.
        Of n values in order the one at place ⌈q n⌉, exactly.
          De n valores en orden, el del lugar ⌈q n⌉, exacto.
        The standard deviation of the sample. A double; absent below two values.
          La desviación típica de la muestra. Un número decimal; ausente con menos de dos valores.
        Which value `quantile` is. Required with it.
          Qué valor es `quantile`. Obligatoria con él.
        The events with a time in (now − over, now].
          Los eventos con hora en (ahora − over, ahora].
        The events of this day, week (from Monday) or month, by the customer's clock (`policy.timezone`).
          Los eventos de este día, semana (desde el lunes) o mes, por el reloj del cliente (`policy.timezone`).
        The last so many events.
          Los últimos tantos eventos.
        The current run of events no further apart than this.
          La serie actual de eventos no más separados que esto.
        Puts `count`, `sum` and `avg` over a time into buckets so long, to save memory.
          Pone `count`, `sum` y `avg` sobre un tiempo en tramos de esta longitud, para ahorrar memoria.
        The window as it was before the current event.
          La ventana como estaba antes del evento actual.
        A number, from `terms` (a weighted sum), `expr`, a `model` or `clv`.
          Un número, de `terms` (una suma ponderada), `expr`, un `model` o `clv`.
        What a model of the section `models` says.
          Lo que dice un modelo de la sección `models`.
        What the customer will be worth.
          Lo que valdrá el cliente.
        What a customer will be worth, by BG/NBD and Gamma-Gamma. Times are durations, or numbers of days.
          Lo que valdrá un cliente, según BG/NBD y Gamma-Gamma. Los tiempos son duraciones o números de días.
        How many purchases there were after the first.
          Cuántas compras hubo después de la primera.
        From the first purchase to the last; of one who bought once, none.
          De la primera compra a la última; de quien compró una vez, nada.
        From the first purchase to now.
          De la primera compra a ahora.
        What the purchases after the first were worth on average; `says: "value"` asks for it.
          Lo que valieron de media las compras después de la primera; lo pide `says: "value"`.
        The parameters, as the models were fitted elsewhere, with times in days.
          Los parámetros, tal como se ajustaron fuera los modelos, con tiempos en días.
        How far to look ahead; for `purchases` and `value`.
          Hasta dónde se mira adelante; para `purchases` y `value`.
        How likely there is another purchase at all, how many within the horizon, or what these are worth.
          Cuán probable es otra compra, cuántas habrá en el horizonte, o cuánto valen.
        The parameters of BG/NBD (`r`, `alpha`, `a`, `b`) and Gamma-Gamma (`p`, `q`, `v`).
          Los parámetros de BG/NBD (`r`, `alpha`, `a`, `b`) y de Gamma-Gamma (`p`, `q`, `v`).
        Of BG/NBD.
          De BG/NBD.
        Of Gamma-Gamma.
          De Gamma-Gamma.
        Models made elsewhere, for scores and propensities.
          Modelos hechos fuera, para puntuaciones y propensiones.
        A model that was made elsewhere, read at the start and with each reload. [learning.md](learning.md) says which kinds there are.
          Un modelo hecho fuera, que se lee al empezar y en cada recarga. [learning.md](learning.md) dice qué clases hay.
        LightGBM's text, XGBoost's JSON, or a linear model or scorecard as JSON. Paths are relative to this file.
          El texto de LightGBM, el JSON de XGBoost, o un modelo lineal o tarjeta de puntos en JSON. Las rutas son relativas a este fichero.
        What each of the model's features is. A duration counts in seconds; what is absent or text is missing.
          Qué es cada variable del modelo. Una duración cuenta en segundos; lo ausente o de texto falta.
        What is summed: up to 1,000 terms. Either this or `expr`.
          Lo que se suma: hasta 1000 términos. O esto o `expr`.
        What the sum begins with.
          Con lo que empieza la suma.
        `logistic` takes the sum to 1 / (1 + e^−sum).
          `logistic` lleva la suma a 1 / (1 + e^−suma).
        The number itself. Either this or `terms`.
          El número mismo. O esto o `terms`.
        A line of type `score` is written when the score passes one of these.
          Se escribe una línea de tipo `score` cuando la puntuación pasa por uno de estos.
        A term of a score, with one of `value` and `when`.
          Un término de una puntuación, con una de `value` y `when`.
        What the term is multiplied by.
          Por lo que se multiplica el término.
        Adds `weight` × this.
          Suma `weight` × esto.
        Adds `weight` where it holds.
          Suma `weight` donde se cumple.
        A group that customers enter and leave.
          Un grupo en el que los clientes entran y del que salen.
        Who is in the segment.
          Quién está en el segmento.
        Who is in stays in until this holds. Without it, until `when` no longer does.
          Quien está sigue hasta que esto se cumpla. Sin ello, hasta que `when` deje de cumplirse.
        What is worth noticing: a `sequence` of events, or a condition, `when`, that turns true. [sequences.md](sequences.md) shows every operator.
          Lo que merece atención: una secuencia de eventos (`sequence`), o una condición (`when`) que pasa a cumplirse. [sequences.md](sequences.md) muestra cada operador.
        `moment_of_truth`, `churn_risk`, `friction`, `opportunity`, or a word of your own.
          `moment_of_truth`, `churn_risk`, `friction`, `opportunity` o una palabra propia.
        The steps. Either this or `when`.
          Los pasos. O esto o `when`.
        Fires as the condition turns true. Either this or `sequence`.
          Salta cuando la condición pasa a cumplirse. O esto o `sequence`.
        Matches separately for each value within a customer. With `sequence` only.
          Busca por separado para cada valor dentro de un cliente. Solo con `sequence`.
        The least time between two such moments of a customer, and value of `by`.
          El tiempo mínimo entre dos momentos así de un cliente, y valor de `by`.
        Fires again each time that `when` stays true, or the absence goes on, for so long.
          Salta de nuevo cada vez que `when` sigue cumpliéndose, o la ausencia sigue, durante tanto tiempo.
        Within the cooldown, a moment with a higher level than the last one fires all the same.
          Dentro de la pausa, un momento de nivel mayor que el último salta igualmente.
        Further fields of the moment's lines.
          Más campos de las líneas del momento.
        The most standard actions for this moment.
          El máximo de acciones normales para este momento.
        The longest time from the first event to the last.
          El tiempo más largo del primer evento al último.
        Which other partial matches go on once one is whole.
          Qué otras coincidencias parciales siguen cuando una se completa.
        The only types that the sequence sees, for `strict` contiguity too.
          Los únicos tipos que ve la secuencia, también para la contigüidad `strict`.
        Also reports partial matches that run out of `within`, as lines of type `drop_off`.
          Informa también de las coincidencias parciales que agotan `within`, como líneas de tipo `drop_off`.
        The most partial matches that are kept for a customer, and value of `by`.
          El máximo de coincidencias parciales que se guardan de un cliente, y valor de `by`.
        The most events that one partial match binds. At the limit it is dropped, and counted.
          El máximo de eventos que enlaza una coincidencia parcial. En el límite se descarta, y se cuenta.
        Which partial matches are dropped beyond `max_partial`.
          Qué coincidencias parciales se descartan más allá de `max_partial`.
        A step (`as`), something that must not come (`not`), or a group (`any_of`, `all_of`).
          Un paso (`as`), algo que no debe venir (`not`), o un grupo (`any_of`, `all_of`).
        A step: its name in expressions.
          Un paso: su nombre en las expresiones.
        What must not come between the steps beside it.
          Lo que no debe venir entre los pasos de al lado.
        Branches, each a list of steps, one of which is taken.
          Ramas, cada una una lista de pasos, de las que se toma una.
        Branches, each a list of steps, all of which come, in any order.
          Ramas, cada una una lista de pasos, que vienen todas, en cualquier orden.
        The events of a step.
          Los eventos de un paso.
        Only the events for which this holds. It may read `steps`, what was bound before.
          Solo los eventos para los que esto se cumple. Puede leer `steps`, lo ya enlazado.
        What may come before the step: nothing, what does not fit, or anything.
          Lo que puede venir antes del paso: nada, lo que no encaja, o cualquier cosa.
        How long the event of a closing `not` must keep away.
          Cuánto debe faltar el evento de un `not` final.
        How many events the step binds.
          Cuántos eventos enlaza el paso.
        Contiguity between the repetitions.
          La contigüidad entre las repeticiones.
        Binds as many events as it can before the next step.
          Enlaza tantos eventos como puede antes del paso siguiente.
        The step may bind no event at all.
          El paso puede no enlazar ningún evento.
        An event for which this holds ends open repetitions.
          Un evento para el que esto se cumple acaba las repeticiones abiertas.
        """# + "\n"
}
