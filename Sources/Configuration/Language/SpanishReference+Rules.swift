extension SpanishReference {
    /// Two lines a text: the English one, and the Spanish one set in.
    static let rules = #"""
        What can be done about a moment. [decisions.md](decisions.md) says how one is chosen.
          Lo que se puede hacer ante un momento. [decisions.md](decisions.md) dice cómo se elige.
        The moments it answers.
          Los momentos a los que responde.
        Whether it takes part at all.
          Si participa.
        The dates between which it takes part.
          Las fechas entre las que participa.
        Whether it may be offered (¿se puede?).
          ¿Se puede? Si está permitido ofrecerla.
        Whether it makes sense now (¿procede?).
          ¿Procede? Si tiene sentido ahora.
        Whether it is good for this customer (¿le conviene?).
          ¿Le conviene? Si es buena para este cliente.
        Events, or outcomes, after which it is held back: up to 64 entries.
          Eventos, o resultados, tras los que se retiene: hasta 64 entradas.
        The channels it can go by, in order: up to 64.
          Los canales por los que puede ir, en orden: hasta 64.
        The channel to try first, if it is one of them; `"learned"` tries them by their learnt propensities.
          El canal que se prueba primero, si es uno de ellos; `"learned"` los prueba por sus propensiones aprendidas.
        How likely it is to work: 0 to 1, or how that is learnt.
          Cuán probable es que funcione: de 0 a 1, o cómo se aprende.
        How well it fits now.
          Cuánto encaja ahora.
        What it is worth if it works, in one currency for all.
          Lo que vale si funciona, en una moneda para todas.
        A push by the business, in per cent.
          Un impulso del negocio, en tanto por ciento.
        How long it rests after it was chosen for a customer, or after what came of it.
          Cuánto descansa tras elegirse para un cliente, o tras lo que resultó de ella.
        How often it is chosen over all customers.
          Cuántas veces se elige, sobre todos los clientes.
        When the decision is no longer worth carrying out.
          Cuándo ya no merece la pena ejecutar la decisión.
        Values that the decision's line carries.
          Valores que lleva la línea de la decisión.
        A name by which caps and budgets count several actions.
          Un nombre por el que topes y presupuestos cuentan varias acciones.
        What limits it: all; quiet hours only; quiet hours, without ranking; or all, in answer to who asks.
          Lo que la limita: todo; solo las horas de silencio; las horas de silencio, sin competir; o todo, en respuesta a quien pregunta.
        Is tried only where nothing else was chosen.
          Se prueba solo donde no se eligió otra cosa.
        Times as RFC 3339 has them.
          Horas como las escribe la RFC 3339.
        The first instant.
          El primer instante.
        The instant at which it is over.
          El instante en que se acaba.
        Holds the action back after an event that shows its goal reached, or after outcomes.
          Retiene la acción tras un evento que muestra su fin logrado, o tras resultados.
        The event types, not `"*"`; or write `outcome`.
          Los tipos de evento, no `"*"`; o escriba `outcome`.
        The outcome of decisions that `responses` tells of.
          El resultado de las decisiones que cuenta `responses`.
        After so many of them.
          Tras tantos de ellos.
        Within so long.
          Dentro de tanto tiempo.
        Whose outcomes count: the action's, its group's, or a channel's, which is then not used.
          De quién cuentan los resultados: de la acción, de su grupo, o de un canal, que entonces no se usa.
        For how long.
          Durante cuánto.
        How likely an action is to work: learnt from what came of it, or by a model. [learning.md](learning.md) explains it.
          Cuán probable es que una acción funcione: aprendido de lo que resultó de ella, o por un modelo. [learning.md](learning.md) lo explica.
        `true` counts trials and successes in cells; `"ftrl"` learns weights of `features`. Either this or `model`.
          `true` cuenta intentos y éxitos en celdas; `"ftrl"` aprende pesos de `features`. O esto o `model`.
        The model of the section `models` that says it. Nothing is learnt then.
          El modelo de la sección `models` que lo dice. Entonces no se aprende nada.
        What stands for it while nothing is known.
          Lo que vale mientras no se sabe nada.
        How many trials that is worth, and each wider cell's estimate.
          Cuántos intentos vale eso, y la estimación de cada celda más amplia.
        After how long a trial counts half.
          Tras cuánto tiempo cuenta la mitad un intento.
        What it is to come to, as `responses` tells of it.
          Lo que debe lograr, como lo cuenta `responses`.
        What it is told apart by: `channel`, and up to 8 expressions.
          Por lo que se distingue: `channel`, y hasta 8 expresiones.
        What weights are learnt for: numbers, truths and texts, up to 256.
          De qué se aprenden pesos: números, verdades y textos, hasta 256.
        How fast weights are learnt.
          Con qué rapidez se aprenden los pesos.
        By how much the first steps are smaller.
          Cuánto más pequeños son los primeros pasos.
        How much it takes for a weight to be other than 0.
          Cuánto hace falta para que un peso no sea 0.
        How much weights are drawn to 0.
          Cuánto se atraen los pesos hacia 0.
        How long an action rests, for one customer, after what happened to it.
          Cuánto descansa una acción, para un cliente, tras lo que le pasó.
        It was chosen.
          Se eligió.
        It was seen.
          Se vio.
        It was clicked.
          Se pulsó.
        It was accepted.
          Se aceptó.
        It was rejected.
          Se rechazó.
        It was ignored.
          Se ignoró.
        Counts decisions over all customers, with one of `over` and `per`.
          Cuenta decisiones sobre todos los clientes, con una de `over` y `per`.
        The most decisions.
          El máximo de decisiones.
        In any stretch of this length.
          En cualquier tramo de esta longitud.
        In each day, week or month of the default time zone.
          En cada día, semana o mes de la zona horaria por omisión.
        What came of decisions. [learning.md](learning.md) says how outcomes are attributed, and what follows from them.
          Lo que resultó de las decisiones. [learning.md](learning.md) dice cómo se atribuyen los resultados, y qué se sigue de ellos.
        The id of the decision that an event speaks of; without one, the customer's newest that is open.
          El identificador de la decisión de la que habla un evento; sin él, la más nueva abierta del cliente.
        The customer saw it.
          El cliente la vio.
        The customer looked closer.
          El cliente miró más de cerca.
        The customer took the offer.
          El cliente tomó la oferta.
        The customer did not want it.
          El cliente no la quiso.
        Nothing came of it for a while.
          No resultó nada durante un tiempo.
        Which events say it, and for how long after the decision.
          Qué eventos lo dicen, y hasta cuánto después de la decisión.
        How long after the decision it counts.
          Hasta cuánto después de la decisión cuenta.
        What it is worth.
          Lo que vale.
        A decision without click, accept and reject for so long was ignored.
          Una decisión sin clic, aceptación ni rechazo durante tanto tiempo se ignoró.
        From when on.
          Desde cuándo.
        Limits that hold for all actions. [decisions.md](decisions.md) explains them in their order.
          Límites que valen para todas las acciones. [decisions.md](decisions.md) los explica en su orden.
        Which channels a customer allows.
          Qué canales permite un cliente.
        How often a customer is contacted: up to 256 caps.
          Cuántas veces se contacta con un cliente: hasta 256 topes.
        How often several actions are chosen over all customers: up to 256 budgets.
          Cuántas veces se eligen varias acciones sobre todos los clientes: hasta 256 presupuestos.
        When customers are left alone: up to 256 spans.
          Cuándo se deja en paz a los clientes: hasta 256 tramos.
        Whose clock counts.
          El reloj de quién cuenta.
        A control group that gets nothing.
          Un grupo de control que no recibe nada.
        The most standard actions chosen at one decision.
          El máximo de acciones normales que se eligen en una decisión.
        An action of a lower priority is not chosen.
          Una acción de menor prioridad no se elige.
        Decides a customer's moments of so long together; `"0s"` those of one event. Without it, each by itself.
          Decide juntos los momentos de un cliente de tanto tiempo; `"0s"`, los de un evento. Sin ello, cada uno por sí.
        Lets chance choose among what may be chosen, so that it can be learnt what works.
          Deja que el azar elija entre lo que se puede elegir, para aprender qué funciona.
        How much a decision's line says about how it came about.
          Cuánto dice la línea de una decisión sobre cómo se llegó a ella.
        Which channels a customer allows. Every other key is a channel, and its value the condition for it: `email: "profile.consent"`.
          Qué canales permite un cliente. Toda otra clave es un canal, y su valor la condición para él: `email: "profile.consent"`.
        What holds for channels not named here.
          Lo que vale para canales que no se nombran aquí.
        Counts what is delivered to a customer, with one of `over` and `per`.
          Cuenta lo que se entrega a un cliente, con una de `over` y `per`.
        The most contacts. An expression reads profile and segments.
          El máximo de contactos. Una expresión lee perfil y segmentos.
        In each day, week or month of the customer's time zone.
          En cada día, semana o mes de la zona horaria del cliente.
        Counts only these channels.
          Cuenta solo estos canales.
        Counts only these groups.
          Cuenta solo estos grupos.
        Counts only these actions.
          Cuenta solo estas acciones.
        Contacts that are kept for a group.
          Contactos que se reservan para un grupo.
        Others are blocked where they come to `max` − `keep`.
          Los demás se bloquean cuando llegan a `max` − `keep`.
        For whom.
          Para quién.
        How many contacts.
          Cuántos contactos.
        The most decisions; with `sum`, any number from 0: the most value.
          El máximo de decisiones; con `sum`, cualquier número desde 0: el máximo de valor.
        Counts for each value of this by itself.
          Cuenta por separado para cada valor de esto.
        Sums the actions' `value` instead of counting.
          Suma el `value` de las acciones en vez de contar.
        A span of the customer's day. It may go past midnight.
          Un tramo del día del cliente. Puede pasar de medianoche.
        What is quiet.
          Lo que calla.
        When it begins.
          Cuándo empieza.
        When it ends.
          Cuándo acaba.
        The days on which it begins.
          Los días en que empieza.
        Deliver later, try the next channel, give the action up, or decide the moment later.
          Entregar más tarde, probar el canal siguiente, renunciar a la acción, o decidir el momento más tarde.
        Whose clock quiet hours, caps and windows `per` day go by.
          Por qué reloj van las horas de silencio, los topes y las ventanas por día.
        A customer's time zone, an IANA name.
          La zona horaria de un cliente, un nombre IANA.
        The zone of customers without one, and of budgets.
          La zona de los clientes que no la tienen, y de los presupuestos.
        Customers for whom decisions are written, and not carried out.
          Clientes para los que se escriben decisiones, y no se ejecutan.
        The share of the customers, with two decimals at most.
          La parte de los clientes, con dos decimales como mucho.
        Another one draws another group.
          Otra sortea otro grupo.
        Groups of actions that reach everybody.
          Grupos de acciones que llegan a todos.
        Chance among the actions that gates and limits let pass. Each line says its `probability`.
          Azar entre las acciones que dejan pasar filtros y límites. Cada línea dice su `probability`.
        By how often each would be best, the best but for a share, or by the priority's exponential.
          Según cuántas veces sería la mejor, la mejor salvo una parte, o por la exponencial de la prioridad.
        The share of decisions that is spread evenly; not for `softmax`.
          La parte de las decisiones que se reparte por igual; no para `softmax`.
        By what priorities are divided; for `softmax`.
          Entre qué se dividen las prioridades; para `softmax`.
        Another one draws otherwise.
          Otra sortea de otro modo.
        By channel: delivers at the hour at which the customer looks.
          Por canal: entrega a la hora en que el cliente mira.
        Puts deliveries off to the best hour of the customer's day. [learning.md](learning.md) has the formula.
          Aplaza las entregas a la mejor hora del día del cliente. [learning.md](learning.md) tiene la fórmula.
        How many events of the customer's own all customers' habits are worth.
          Cuántos eventos propios del cliente valen las costumbres de todos.
        After how long an event counts half.
          Al cabo de cuánto un evento cuenta la mitad.
        It is put off by less than this.
          Se aplaza menos que esto.
        """# + "\n"
}
