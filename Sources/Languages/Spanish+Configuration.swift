extension Catalogue {
    /// What is said of what the values of a configuration come to together.
    static let configuration = #"""
        # none
        %1; the names here are %2
          %1; los nombres de aquí son %2
        'steps' can be read in the conditions of a sequence's steps only
          'steps' solo se puede leer en las condiciones de los pasos de una secuencia
        ; here write moment.steps.NAME
          ; aquí escriba moment.steps.NOMBRE
        '%1' is no value by itself; read a part of it, such as '%2.%3'
          '%1' no es un valor por sí solo; lea una parte, por ejemplo '%2.%3'
        the %1 %2 is not written before this; move it up
          antes de esto no hay %1 %2; muévalo más arriba
        there is no %1 %2%3
          no hay %1 %2%3
        the configuration reads more than %1 different fields of events; read fewer
          la configuración lee más de %1 campos distintos de los eventos; lea menos
        'moment.steps' is no value by itself; read one step's events, such as 'moment.steps.%1'
          'moment.steps' no es un valor por sí solo; lea los eventos de un paso, por ejemplo 'moment.steps.%1'
        'moment.steps.%1' %2
          'moment.steps.%1' %2
        there is no step %1%2
          no existe el paso %1%2
        unknown name '%1'
          nombre desconocido '%1'
        is not supported by this version yet
          aún no existe en esta versión
        %1 %2; leave it out
          %1 %2; quítelo
        choose one of %1
          elija uno de %1
        the %1 %2 looks like the one at %3, but is another: its bytes are %4, those of the other %5; write both alike unless both come
          %1 %2 se parece a lo escrito en %3, pero no es lo mismo: sus bytes son %4, los del otro %5; escríbalos iguales salvo que vengan los dos
        "until" is not after "from"; the action would never be valid
          "until" no es posterior a "from"; la acción no valdría nunca
        the action has no channels to choose from, so this changes nothing
          la acción no tiene canales entre los que elegir, así que esto no cambia nada
        "learned" goes by what is learnt of each channel; write propensity: { learn: true, by: ["channel"] }
          "learned" se guía por lo aprendido de cada canal; escriba propensity: { learn: true, by: ["channel"] }
        every moment
          todos los momentos
        there is no moment %1%2
          no existe el momento %1%2
        there are %1 channels; write at most %2
          hay %1 canales; escriba como mucho %2
        %1 is listed twice; take one out
          %1 está dos veces en la lista; quite uno
        %1 is no propensity; write a number from 0 to 1
          %1 no es una propensión; escriba un número de 0 a 1
        this is always the same, so it tells nothing apart; leave it out
          esto es siempre igual, así que no distingue nada; quítelo
        there are %1 %2; write at most %3
          hay %1 %2; escriba como mucho %3
        of at most %1 contacts %2 cannot be kept; write a "keep" of at most %3, or a greater "max"
          de %1 contactos como mucho no se pueden reservar %2; escriba un "keep" de %3 como mucho, o un "max" mayor
        so this keeps something for nobody
          así que esto no reserva nada para nadie
        the cap counts only %1, so it can keep nothing for %2; name the group in the cap's "group", too
          el tope cuenta solo %1, así que no puede reservar nada para %2; nombre también el grupo en "group" del tope
        every channel
          todos los canales
        so this limits nothing
          así que esto no limita nada
        every action
          todas las acciones
        there is no action %1%2
          no existe la acción %1%2
        every group
          todos los grupos
        no action has the group %1, %2%3
          ninguna acción tiene el grupo %1, %2%3
        lines for standard output and files are written at once, and the run waits
          las líneas para la salida estándar y los archivos se escriben enseguida, y la ejecución espera
        a command is started at once and may read as slowly as it likes
          una orden se arranca enseguida y puede leer tan despacio como quiera
        lines wait in the spool; write spool: { folder: …, limit: … }
          las líneas esperan en el spool; escriba spool: { folder: …, limit: … }
        only what is posted to a URL is answered, line by line
          solo lo que se envía a una URL tiene respuesta línea a línea
        a request of the form "%1" has one line; leave "batch" out
          una petición con la forma "%1" lleva una línea; quite "batch"
        the shortest pause, "min", is longer than the longest, "max"; swap them
          la pausa más corta, "min", es más larga que la más larga, "max"; intercámbielas
        there are %1 headers; write at most %2
          hay %1 cabeceras; escriba como mucho %2
        %1 is no header's name; write letters, digits and -
          %1 no es un nombre de cabecera; escriba letras, cifras y -
        %1 follows from the request; leave it out
          %1 se deduce de la petición; quítela
        a key in the configuration is read by everybody; write { file: "PATH" } or { env: "NAME" }
          una clave en la configuración la lee cualquiera; escriba { file: "RUTA" } o { env: "NOMBRE" }
        %1 has control characters; write it without
          %1 tiene caracteres de control; escríbalo sin ellos
        %1 is no name of a variable; write one such as "SLACK_URL"
          %1 no es un nombre de variable; escriba uno como "SLACK_URL"
        %1 is no path; write it without NUL
          %1 no es una ruta; escríbala sin NUL
        %1 is no JSON Pointer; write "/key/key", with ~1 for a slash in a key and ~0 for ~, of at most %2 keys
          %1 no es un JSON Pointer; escriba "/clave/clave", con ~1 para una barra en una clave y ~0 para ~, de %2 claves como mucho
        %1 is no JSON Pointer; write "/key/key"
          %1 no es un JSON Pointer; escriba "/clave/clave"
        %1 is not a time zone; write an IANA name, such as "Europe/Berlin"
          %1 no es una zona horaria; escriba un nombre IANA, por ejemplo "Europe/Berlin"
        there are %1 namespaces; write at most %2
          hay %1 espacios de nombres; escriba como mucho %2
        %1 is no JSON Pointer; write "/account"
          %1 no es un JSON Pointer; escriba "/account"
        accounts are known with the section "identity" only; write identity: {}
          las cuentas solo se conocen con la sección "identity"; escriba identity: {}
        what it reads
          lo que lee
        %1 is a person's, and never there for an account
          %1 es de una persona, y nunca existe para una cuenta
        %1 is an account's, and never there for a person
          %1 es de una cuenta, y nunca existe para una persona
        no namespace is named; name one, or leave "ids" out to take the format's
          no se nombra ningún espacio de nombres; nombre uno, o quite "ids" para tomar los del formato
        a name has 1 to %1 bytes; choose another one
          un nombre tiene de 1 a %1 bytes; elija otro
        an id that is unique has no other limit; leave it out
          un identificador único no tiene otro límite; quítelo
        an id that is unique is never shared; leave it out
          un identificador único no se comparte nunca; quítelo
        the format has no place for %1; write { from: "/key" }
          el formato no tiene sitio para %1; escriba { from: "/clave" }
        %1 has no regular expression behind "re:": %2
          %1 no tiene una expresión regular detrás de "re:": %2
        %1 is no set of permissions; write it in octal digits, such as "0660"
          %1 no es un conjunto de permisos; escríbalo con cifras octales, por ejemplo "0660"
        %1 is no origin; write a scheme and a host as browsers send them, such as "https://shop.example", or "*" for any
          %1 no es un origen; escriba un esquema y un host como los mandan los navegadores, por ejemplo "https://shop.example", o "*" para cualquiera
        "interval" goes with fsync: "interval" only; leave it out
          "interval" solo va con fsync: "interval"; quítelo
        a model says the propensity, so nothing is learnt
          un modelo da la propensión, así que no se aprende nada
        the model predicts no probability; what is below 0 or above 1 blocks the action
          el modelo no predice una probabilidad; lo que baje de 0 o pase de 1 bloquea la acción
        it is about weights; write learn: "ftrl"
          esto va de pesos; escriba learn: "ftrl"
        learn: false learns nothing; write a number for "propensity"
          learn: false no aprende nada; escriba un número en "propensity"
        there are %1 of them; write at most %2
          hay %1; escriba como mucho %2
        there are %1 features; write at most %2
          hay %1 características; escriba como mucho %2
        "softmax" goes by "temperature"
          "softmax" se guía por "temperature"
        only "softmax" goes by it
          solo "softmax" se guía por ella
        so nothing is put off
          así que no se aplaza nada
        "*" would make every event a look; name the types that are
          "*" haría de cada evento una mirada; nombre los tipos que lo son
        nothing tells of %1, so nothing is learnt; write responses: { %2: { on: EVENT_TYPE } }
          nada informa de %1, así que no se aprende nada; escriba responses: { %2: { on: TIPO_DE_EVENTO } }
        an action of this class never competes, so there is nothing to fall back from; leave one of the two out
          una acción de esta clase no compite nunca, así que no hay de qué retroceder; quite una de las dos
        an action of this class counts toward no budget, so this limits nothing
          una acción de esta clase no cuenta en ningún presupuesto, así que esto no limita nada
        it is about an "outcome", and this is about an event
          esto va de un "outcome", y aquí se trata de un evento
        every type
          todos los tipos
        "*" would be any event, also the one at hand; write types
          "*" sería cualquier evento, también el actual; escriba tipos
        the closing "not" asks for more than types of events, so an absence that is pending as two customers merge is not ended by what the other one has done
          el "not" del final pide más que tipos de evento, así que una ausencia pendiente cuando dos clientes se unen no termina por lo que hizo el otro
        there are %1 quiet times; write at most %2
          hay %1 horarios de silencio; escriba como mucho %2
        the list is empty; write at least one channel
          la lista está vacía; escriba al menos un canal
        so this keeps nothing quiet
          así que esto no silencia nada
        "from" and "to" are the same time; write "00:00" and "24:00" for a whole day
          "from" y "to" son la misma hora; escriba "00:00" y "24:00" para un día entero
        %1 is no time of day; write "HH:MM", from "00:00" to "%2"
          %1 no es una hora del día; escriba "HH:MM", de "00:00" a "%2"
        there are %1 models; write at most %2
          hay %1 modelos; escriba como mucho %2
        %1 %2; paths are relative to this file
          %1 %2; las rutas son relativas a este archivo
        %1 cannot be used: %2
          %1 no se puede usar: %2
        the model has no feature %1
          el modelo no tiene la característica %1
        the model asks for %1%2; say under "features" what that is
          el modelo pide %1%2; diga en "features" qué es
         and others
           y otras
        there is no model %1
          no existe el modelo %1
        with a = 1 the number of purchases has no mean; fit the model anew
          con a = 1 el número de compras no tiene media; ajuste el modelo de nuevo
        "value" asks for p, q and v, too
          "value" pide también p, q y v
        with q of 1 or less the value has no mean; fit the model anew
          con q de 1 o menos el valor no tiene media; ajuste el modelo de nuevo
        "alive" looks at all time to come
          "alive" mira todo el tiempo por venir
        only "value" asks for it
          solo "value" lo pide
        "*" means every moment where moments are named; choose another name
          "*" significa todos los momentos donde se nombran momentos; elija otro nombre
        without a cooldown every such moment is told, whatever its level; write a "cooldown", or leave it out
          sin pausa se informa de cada uno de estos momentos, sea cual sea su nivel; escriba un "cooldown", o quítelo
        only what lasts is told again: a "when", or a sequence that closes with a "not … for"; end it with { not: TYPE, for: "30m" }, or leave "repeat" out
          solo se repite lo que dura: un "when", o una secuencia que cierra con un "not … for"; termínela con { not: TIPO, for: "30m" }, o quite "repeat"
        the cooldown is longer, and holds back what comes before its end
          la pausa es más larga, y retiene lo que llega antes de su final
        it is about a "sequence", and this moment has a "when"
          esto va de una "sequence", y este momento tiene un "when"
        "by" with "when" %1; leave it out, or write a "sequence"
          "by" con "when" %1; quítelo, o escriba una "sequence"
        without "within" no partial match runs out of time; write within: "1h"
          sin "within" ninguna coincidencia parcial agota su tiempo; escriba within: "1h"
        the sequence does not see %1, which "among" leaves out; write it there too, or not here
          la secuencia no ve %1, que "among" deja fuera; escríbalo también allí, o no aquí
        %1 names no step; write one behind it: %2
          %1 no nombra ningún paso; escriba uno detrás: %2
        the sequence has no step %1%2
          la secuencia no tiene el paso %1%2
        there are %1 outputs; write at most %2
          hay %1 salidas; escriba como mucho %2
        %1 is written to already by an output before this; write it once
          en %1 ya escribe una salida anterior; escríbala una vez
        this folder is the spool of an output before this; give each its own
          esta carpeta es el spool de una salida anterior; dé a cada una la suya
        "emit" has no %1, so no such line comes here
          "emit" no tiene %1, así que no llega aquí ninguna línea de esas
        %1 is no template; write { NAME: "EXPRESSION", … }
          %1 no es una plantilla; escriba { NOMBRE: "EXPRESIÓN", … }
        %1 is not a finite number; write one
          %1 no es un número finito; escriba uno
        "pagerduty" is a form of requests; write to: "https://events.pagerduty.com/v2/enqueue"
          "pagerduty" es una forma de peticiones; escriba to: "https://events.pagerduty.com/v2/enqueue"
        only the forms "cloudevents" and "pagerduty" say where a line is from
          solo las formas "cloudevents" y "pagerduty" dicen de dónde es una línea
        only the form "pagerduty" has it
          solo la forma "pagerduty" lo tiene
        there are %1 sources; write at most %2
          hay %1 orígenes; escriba como mucho %2
        "priority" needs the sources in their order; write { priority: ["crm", "web"], by: "…" }
          "priority" necesita los orígenes en orden; escriba { priority: ["crm", "web"], by: "…" }
        it is about "terms", and this score has an "expr"
          esto va de "terms", y esta puntuación tiene un "expr"
        it is about "terms", and this score has a model
          esto va de "terms", y esta puntuación tiene un modelo
        there are %1 terms; write at most %2
          hay %1 términos; escriba como mucho %2
        with policy.gather one number counts for all moments together; write policy.choose instead
          con policy.gather cuenta un solo número para todos los momentos juntos; escriba policy.choose en su lugar
        so nobody gets more for this
          así que nadie recibe más por esto
        %1 is finer than a hundredth of a percent; write at most two decimals
          %1 es más fino que una centésima de un por ciento; escriba dos decimales como mucho
        this reads %1, and windows with "per" need the zone before that is known; read the profile or the event, such as "profile.timezone"
          esto lee %1, y las ventanas con "per" necesitan la zona antes de que se sepa; lea el perfil o el evento, por ejemplo "profile.timezone"
        there is no time zone %1 on this machine; write an IANA name such as "Europe/Madrid"
          en esta máquina no existe la zona horaria %1; escriba un nombre IANA como "Europe/Madrid"
        so nothing asks for this
          así que nada pide esto
        no action has the channel %1, %2%3
          ninguna acción tiene el canal %1, %2%3
        "*" would make every event a conversion; name the types that are
          "*" haría de cada evento una conversión; nombre los tipos que lo son
        there are %1 expressions in "by"; write at most %2
          hay %1 expresiones en "by"; escriba como mucho %2
        there is no touchpoint %1
          no existe el punto de contacto %1
        "*" would make every event an outcome; name the types that are
          "*" haría de cada evento un resultado; nombre los tipos que lo son
        nothing says when it was seen; write an "impression", or after: "decision"
          nada dice cuándo se vio; escriba una "impression", o after: "decision"
        no outcome is told of, so nothing comes of any decision
          no se informa de ningún resultado, así que ninguna decisión tiene consecuencias
        "*" would make every event %1; name the types that are
          "*" haría de cada evento %1; nombre los tipos que lo son
        "count" says how many within what time; write over: "30d" beside it
          "count" dice cuántos en cuánto tiempo; escriba over: "30d" a su lado
        nothing tells of %1, so this holds nothing back; write responses: { %2: %3 }
          nada informa de %1, así que esto no retiene nada; escriba responses: { %2: %3 }
        a group does not stand in a group; write each way as a branch
          un grupo no va dentro de un grupo; escriba cada camino como una rama
        it is about one step, not a group; write it in the branches' steps
          esto va de un paso, no de un grupo; escríbalo en los pasos de las ramas
        a branch binds at least one event; write its steps, or leave the branch out
          una rama enlaza al menos un evento; escriba sus pasos, o quite la rama
        the group has %1 branches; write at most %2
          el grupo tiene %1 ramas; escriba como mucho %2
        a group has two branches or more; write the steps of this one without it
          un grupo tiene dos ramas o más; escriba los pasos de esta sin él
        a "not" names its types itself: { not: ["purchase", "refund"] }
          un "not" nombra sus tipos él mismo: { not: ["purchase", "refund"] }
        it is about a step that binds events, and a "not" binds none
          esto va de un paso que enlaza eventos, y un "not" no enlaza ninguno
        it is about a "not" that ends the sequence; write { not: TYPE, for: "30m" }
          esto va de un "not" que termina la secuencia; escriba { not: TIPO, for: "30m" }
        "until" ends repetitions that have no end by themselves; write times: "%1..", or leave it out
          "until" termina repeticiones que no tienen fin por sí mismas; escriba times: "%1..", o quítelo
        it is about the events between repetitions, and this step binds one event; write "times" too, or leave it out
          esto va de los eventos entre repeticiones, y este paso enlaza un evento; escriba también "times", o quítelo
        one event
          un evento
        %1 events
          %1 eventos
        it is about how many events are bound, and this step binds %1, whatever comes; write times: "%2.." for that many or more, or leave it out
          esto va de cuántos eventos se enlazan, y este paso enlaza %1, venga lo que venga; escriba times: "%2.." para esos o más, o quítelo
        %1 is no number of repetitions; write 3, "2..4" (two to four) or "2.." (two or more)
          %1 no es un número de repeticiones; escriba 3, "2..4" (de dos a cuatro) o "2.." (dos o más)
        repetitions begin at 1; write "1..", and optional: true where there may be none
          las repeticiones empiezan en 1; escriba "1..", y optional: true donde pueda no haber ninguna
        %1 is less than %2; write the smaller number first
          %1 es menos que %2; escriba primero el número menor
        more than %1 repetitions are too many; write fewer, or leave the end open
          más de %1 repeticiones son demasiadas; escriba menos, o deje el final abierto
        %1 names two steps; the first is at %2; rename one
          %1 nombra dos pasos; el primero está en %2; cambie un nombre
        %1 is no name that expressions can use; write letters, digits and _, such as "first_visit"
          %1 no es un nombre que puedan usar las expresiones; escriba letras, cifras y _, por ejemplo "first_visit"
        %1 means something else in expressions; choose another name
          %1 significa otra cosa en las expresiones; elija otro nombre
        there are %1 tables; write at most %2
          hay %1 tablas; escriba como mucho %2
        there are %1 columns; write at most %2
          hay %1 columnas; escriba como mucho %2
        %1 is longer than %2 MiB; make it smaller
          %1 ocupa más de %2 MiB; redúzcalo
        %1 is empty; its first line names the columns
          %1 está vacío; su primera línea nombra las columnas
        there is no text and no number under %1, by which rows are found
          no hay texto ni número en %1, por el que se encuentran las filas
        %1 under %2 is no %3
          %1 en %2 no es %3
        there are more than %1 rows; split the table
          hay más de %1 filas; divida la tabla
        the key %1 stands in a row before; keep one
          la clave %1 está en una fila anterior; deje una
        no row of %1 has anything under %2
          ninguna fila de %1 tiene nada en %2
        an object or a list
          un objeto o una lista
        %1 has a NUL in it; write it without
          %1 lleva un NUL; escríbalo sin él
        names no file; write "file:PATH"
          no nombra ningún archivo; escriba "file:RUTA"
        names no command; write "exec:COMMAND"
          no nombra ninguna orden; escriba "exec:ORDEN"
        is no output%1
          no es una salida%1
        names no socket; write "unix://PATH"
          no nombra ningún socket; escriba "unix://RUTA"
        is too long; a socket's path has at most %1 bytes
          es demasiado largo; la ruta de un socket tiene %1 bytes como mucho
        write "tcp://HOST:PORT"
          escriba "tcp://HOST:PUERTO"
        has no port; %1
          no tiene puerto; %1
        has an address with colons; put it in brackets: "tcp://[::1]:PORT"
          tiene una dirección con dos puntos; póngala entre corchetes: "tcp://[::1]:PUERTO"
        has no port from 1 to 65535; %1
          no tiene un puerto de 1 a 65535; %1
        names no host; %1
          no nombra ningún host; %1
        %1: false asks for nothing; write %2: true, or another aggregate
          %1: false no pide nada; escriba %2: true, u otro agregado
        it says which value a "quantile" is, and this window has none
          dice qué valor es un "quantile", y esta ventana no tiene ninguno
        %1 is out of range; write a number above 0 up to 1, such as 0.9
          %1 está fuera de rango; escriba un número mayor que 0 y hasta 1, por ejemplo 0.9
        %1 has more than %2 decimals; write fewer
          %1 tiene más de %2 decimales; escriba menos
        it is about a window "over" a time, and this one has none
          esto va de una ventana "over" un tiempo, y esta no tiene ninguno
        "resolution" is longer than the window itself; write a shorter one
          "resolution" es más larga que la propia ventana; escriba una más corta
        report.actions has no control group to compare with; write policy: { holdout: { percent: 5 } }
          report.actions no tiene grupo de control con el que comparar; escriba policy: { holdout: { percent: 5 } }
        version %1 of the configuration's language is not known; write version: 1
          no se conoce la versión %1 del lenguaje de la configuración; escriba version: 1
        %1 is too long; write at most %2 bytes
          %1 es demasiado largo; escriba %2 bytes como mucho
        "*" means %1; write it alone: "*"
          "*" significa %1; escríbalo solo: "*"
        event type
          tipo de evento
        %1 is not an expression; write %2
          %1 no es una expresión; escriba %2
        this is of type %1, but a number is needed here
          esto es de tipo %1, pero aquí hace falta un número
        this is of type %1, but text is needed here
          esto es de tipo %1, pero aquí hace falta un texto
        events are no value that can be written; write what is to be told of them: LIST.map(e, e.id)
          los eventos no son un valor que se pueda escribir; escriba qué se ha de contar de ellos: LISTA.map(e, e.id)
        nothing reads this window, and it takes memory for each customer
          nada lee esta ventana, y ocupa memoria por cada cliente
        this keeps every different value for ever; write "over" or "events" for those of late
          esto guarda cada valor distinto para siempre; escriba "over" o "events" para los últimos
        nothing uses this moment: no action answers it, and "emit" has no "moment"
          nada usa este momento: ninguna acción responde a él, y "emit" no tiene "moment"
        nothing uses this action: "emit" has no "decision"
          nada usa esta acción: "emit" no tiene "decision"
        nothing uses this action: there are no moments to answer
          nada usa esta acción: no hay momentos a los que responder
        nothing reads this attribute
          nada lee este atributo
        nothing uses this score: nothing reads it, and no line reports it
          nada usa esta puntuación: nada la lee, y ninguna línea informa de ella
        nothing uses this segment: nothing reads it, and "emit" has no "segment"
          nada usa este segmento: nada lo lee, y "emit" no tiene "segment"
        it reads now
          lee now
        it does not compare windows.%1 with a constant duration
          no compara windows.%1 con una duración constante
        it reads event, and as time passes there is none
          lee event, y al pasar el tiempo no hay ninguno
        this is decided when an event comes, not as time passes: %1
          esto se decide cuando llega un evento, no al pasar el tiempo: %1
        an outcome, which journeyd tells of itself
          un resultado, del que informa el propio journeyd
        what journeyd's own lines are called
          como se llaman las líneas del propio journeyd
        a moment, which journeyd brings about itself
          un momento, que produce el propio journeyd
        %1 is %2; here it is the type of events that come in, and nothing flows back
          %1 es %2; aquí es el tipo de los eventos que llegan, y nada vuelve atrás
        the sequence has %1 elements; write at most %2
          la secuencia tiene %1 elementos; escriba como mucho %2
        a "not" may not follow an optional step, because nothing says from which event on it acts; put it before the optional step, or after one that is not optional
          un "not" no puede ir detrás de un paso opcional, porque nada dice desde qué evento actúa; póngalo antes del paso opcional, o detrás de uno que no lo sea
        a sequence starts with a positive step; write { as: NAME, on: TYPE } before this "not"
          una secuencia empieza con un paso positivo; escriba { as: NOMBRE, on: TIPO } antes de este "not"
        "for" belongs to a "not" that ends the sequence; take it out, or limit the time with "within"
          "for" es de un "not" que termina la secuencia; quítelo, o limite el tiempo con "within"
        a sequence ends with one "not"; name all types in it: { not: ["a", "b"], %1 }
          una secuencia termina con un solo "not"; nombre todos los tipos en él: { not: ["a", "b"], %1 }
        "for" belongs to a "not" that ends the sequence, outside of any group; take it out, or limit the time with "within"
          "for" es de un "not" que termina la secuencia, fuera de cualquier grupo; quítelo, o limite el tiempo con "within"
        a branch begins and ends with a positive step; put this "not" before or after the group
          una rama empieza y termina con un paso positivo; ponga este "not" antes o después del grupo
        a step of "all_of" cannot be optional: all are asked for; make "any_of" of what may be missing
          un paso de "all_of" no puede ser opcional: se piden todos; haga un "any_of" de lo que pueda faltar
        a branch binds at least one event; let one of its steps not be optional
          una rama enlaza al menos un evento; que alguno de sus pasos no sea opcional
        a strict "not" is about the very next event, and so has no time; leave "for" out
          un "not" estricto habla del evento siguiente, así que no tiene tiempo; quite "for"
        a "not" that ends the sequence needs a time; write { not: …, for: "30m" }, or a "within"
          un "not" que termina la secuencia necesita un tiempo; escriba { not: …, for: "30m" }, o un "within"
        the ways through the sequence, its groups laid out, have more than %1 steps; write fewer steps or branches
          los caminos por la secuencia, con los grupos desplegados, tienen más de %1 pasos; escriba menos pasos o ramas
        can be read in a moment's "output" and in actions only, because elsewhere no moment has come
          solo se puede leer en "output" de un momento y en las acciones, porque en otro sitio no ha llegado ningún momento
        cannot be read in %1, %2
          no se puede leer en %1, %2
        a touchpoint
          un punto de contacto
        which is found before anything else; it reads event, profile, customer and now
          que se halla antes que lo demás; lee event, profile, customer y now
        the profile
          el perfil
        which comes before them; it reads event, touchpoint, profile, customer and now
          que va antes; lee event, touchpoint, profile, customer y now
        a window
          una ventana
        which is worked out before any other; it reads event, touchpoint, profile, customer and now
          que se calcula antes que cualquier otra; lee event, touchpoint, profile, customer y now
        a score
          una puntuación
        which is worked out before them; it reads windows, profile, event and the scores above it
          que se calcula antes; lee windows, profile, event y las puntuaciones anteriores
        cannot be read in "by", which is worked out for each event by itself
          no se puede leer en "by", que se calcula para cada evento por separado
        a cap's "max"
          el "max" de un tope
        which is the same at every moment; it reads profile, segments and customer
          que es igual en todos los momentos; lee profile, segments y customer
        is step %1 of the moment %2 but step %3 of %4; %5
          es el paso %1 del momento %2 pero el paso %3 de %4; %5
        is a step of the moment %1 but not of all in "on"; %2
          es un paso del momento %1 pero no de todos los de "on"; %2
        name the step alike in all moments, or write an action for each
          nombre el paso igual en todos los momentos, o escriba una acción para cada uno
        # JD1201
        there are %1 properties; write at most %2
          hay %1 propiedades; escriba como mucho %2
        %1 is no property's name; write one such as "security.protocol"
          %1 no es un nombre de propiedad; escriba uno como "security.protocol"
        %1 is journeyd's own to set; leave it out
          %1 lo fija journeyd; quítelo
        with Kafka a budget is counted in each partition by itself, so it must say how they share it; write share: "split"
          con Kafka un presupuesto se cuenta en cada partición por separado, así que debe decir cómo se lo reparten; escriba share: "split"
        slices are granted for a day, week or month and lapse with it, and a budget "over" some time has none; write "per" in place of "over", or share: "split"
          las porciones se conceden por día, semana o mes y caducan con él, y un presupuesto con "over" no los tiene; escriba "per" en lugar de "over", o share: "split"
        """#
}
