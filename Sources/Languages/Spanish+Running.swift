extension Catalogue {
    /// What is said while a run goes on and at its end, and of scenarios and stories.
    static let running = #"""
        # none
        the quiet hours hold its moment until %1
          las horas de silencio retienen su momento hasta las %1
        its moment waits for others, as policy.gather says
          su momento espera a otros, como dice policy.gather
        time.disorder holds events back for %1 ms
          time.disorder retiene los eventos %1 ms
        deadlines beyond the year 9999, never due
          plazos más allá del año 9999, que no vencen
        state bytes
          bytes de estado
        moment 
          momento %'1
        , held back by its cooldown
          , retenidos por su pausa
        , partial matches dropped (max_partial)
          , coincidencias parciales descartadas (max_partial)
        , partial matches dropped (max_bound)
          , coincidencias parciales descartadas (max_bound)
        , partial matches out of time
          , coincidencias parciales sin tiempo
        failed evaluations of 
          evaluaciones fallidas de %'1
        absent values in 
          valores ausentes en %'1
        decision 
          decisión %'1
        decisions for customers of unknown time zones
          decisiones para clientes de zona horaria desconocida
        no decision: 
          sin decisión: %'1
        trials settled
          ensayos resueltos
        trials that came to something
          ensayos que dieron fruto
        cells of learnt propensities
          celdas de propensiones aprendidas
        cells that there was no room for
          celdas para las que no hubo sitio
        responses that belong to no open decision
          respuestas que no son de ninguna decisión abierta
        responses that a decision had already
          respuestas que una decisión ya tenía
        open decisions dropped (16 a customer)
          decisiones abiertas descartadas (16 por cliente)
        past outcomes dropped (256 a customer)
          resultados pasados descartados (256 por cliente)
        customers that came
          clientes que vinieron
        rejected 
          rechazadas %'1
        %1 remembered, %2 came%3
          %1 recordados, %2 vinieron%3
         (again, where forgotten meanwhile)
           (de nuevo, si se olvidaron entretanto)
        events a second
          eventos por segundo
        error %1
          error %1
        ; came before, so it counts for nothing
          ; ya había llegado, así que no cuenta
        time passed
          pasó el tiempo
        as things stand
          así está todo ahora
        waits for nothing
          no espera nada
         on 
           en 
         (late: its own time is %1)
           (tarde: su propia hora es %1)
        touchpoint %1
          punto de contacto %'1
         by %1
           por %'1
        ; complete
          ; completa
        ; its time is over
          ; se acabó su tiempo
        ; its time was over at %1
          ; su tiempo se acabó a las %1
        ; the moment has come
          ; ha llegado el momento
        ; this event ends it
          ; este evento la termina
        ; %1 came
          ; llegó %'1
        waits: the decision on %1 is made at %2 (in %3)
          espera: la decisión sobre %'1 se toma a las %2 (en %3)
        held back: moment %1
          retenido: momento %'1
        ; it rests for ever
          ; descansa para siempre
        ; it rests until %1 (%2 left)
          ; descansa hasta las %1 (quedan %2)
        any event
          cualquier evento
        waits for %1
          espera %'1
        never complete, as its time ends beyond the year 9999
          nunca se completa, pues su tiempo acaba después del año 9999
        waits for %1 for ever
          espera %'1 para siempre
        complete at %1 (in %2) unless %3 comes
          se completa a las %1 (en %2) salvo que llegue %'3
        waits for %1 until %2 (%3 left)
          espera %'1 hasta las %2 (quedan %3)
        priority %1 = %2
          prioridad %1 = %'2
        moment %1
          momento %'1
        decision %1: %2
          decisión %'1: %'2
         on %1
           en %'1
        decision %1: nothing, because of %2
          decisión %'1: nada, por %'2
        segment %1: %2
          segmento %'1: %'2
        score %1: %2 %3
          puntuación %'1: %'2 %'3
        response %1: %2
          respuesta %'1: %'2
        drop_off %1
          abandono %'1
        , reached %1
          , llegó a %'1
        identity: %1 %2
          identidad: %'1 %'2
        , because of %1
          , por %'1
        rejected: %1: %2
          rechazado: %'1: %2
        (nothing came)
          (no llegó nada)
        !   must not come: %1 (%2)
          !   no debe llegar: %1 (%2)
        !   came, but nothing expects it
          !   llegó, pero nada lo espera
        expected at %1
          se esperaba a las %1
        ; it came, but not behind what is expected before it
          ; llegó, pero no detrás de lo que se espera antes
        ; no line is like it
          ; ninguna línea se le parece
        %1: %2 came, not %3
          %'1: llegó %2, no %3
        ok    %1
          bien  %'1
        FAIL  %1 (%2)
          FALLA %'1 (%2)
        all as expected
          todos como se esperaba
        %1 not as expected
          %1 distintos de lo esperado
        %1: there is no such decision before %2 that might be answered
          %1: antes de %2 no hay ninguna decisión así a la que responder
        … %1 more
          … %1 más
        # JD1001
        events a second, asked
          eventos por segundo, pedidos
        events a second, sent
          eventos por segundo, enviados
        events sent
          eventos enviados
        %1 of %2
          %1 de %2
        latest sending
          envío más tardío
        requests answered
          peticiones respondidas
        requests refused
          peticiones rechazadas
        latency p%1
          latencia p%1
        latency max
          latencia máxima
        decisions after the last event
          decisiones tras el último evento
        lines not understood
          líneas no entendidas
        decisions missing
          decisiones que faltan
        %1: sending failed: %2
          %1: falló el envío: %2
        %1: cannot be connected to: %2; start the engine that listens there
          %1: no se puede conectar: %2; arranque el motor que escucha ahí
        %1: cannot be listened at: %2
          %1: no se puede escuchar ahí: %2
        %1: is no path of a socket
          %1: no es la ruta de un socket
        %1: cannot be listened at; is it in use?
          %1: no se puede escuchar ahí; ¿está en uso?
        %1: no output has connected; give the engine outputs: [{ to: "%2" }]
          %1: no se ha conectado ninguna salida; dé al motor outputs: [{ to: "%2" }]
        %1: no connection can be accepted: %2
          %1: no se puede aceptar ninguna conexión: %2
        %1 customers: give 1 to 10000000
          %1 clientes: dé de 1 a 10000000
        %1 events: give 0 to 1000000000000
          %1 eventos: dé de 0 a 1000000000000
        %1 events a second: give more than 0, at most 1000000000
          %1 eventos por segundo: dé más de 0, y 1000000000 como mucho
        the events would last %1 years: give a higher rate, or fewer events
          los eventos durarían %1 años: dé un ritmo mayor, o menos eventos
        # JD1003
        %1: a pipe cannot be made: %2
          %1: no se puede crear una tubería: %2
        no thread can be started: %1
          no se puede arrancar ningún hilo: %1
        the %1 of address space (ulimit -v) are nearly used up
          los %1 de espacio de direcciones (ulimit -v) están casi agotados
        the %1 of the control group %2 are nearly used up
          los %1 del grupo de control %2 están casi agotados
        ; raise the limit, or keep less: fewer or shorter windows, fewer rules; a data directory stays good, and the same command goes on from there
          ; suba el límite, o guarde menos: menos ventanas o más cortas, menos reglas; un directorio de datos sigue sirviendo, y la misma orden continúa desde ahí
        , of %1 of address space (ulimit -v)
          , de %1 de espacio de direcciones (ulimit -v)
        no %1 more could be had for %2%3
          no se pudieron obtener %1 más para %2%3
        journeyd: out of memory: %1%2
          journeyd: sin memoria: %1%2
        %1 bytes
          %1 bytes
        journeyd: the limit of the address space (ulimit -v) is %1, of which %2 are in use as the program begins; %3 are needed at least: raise it
          journeyd: el límite del espacio de direcciones (ulimit -v) es %1, de los que %2 están en uso al empezar; hacen falta %3 al menos: súbalo
        the %1 of address space (ulimit -v) are used up
          los %1 de espacio de direcciones (ulimit -v) están agotados
        the system gives no more
          el sistema no da más
        journeyd: only %1 files may be open at a time (ulimit -n), and %2 are needed at least; raise the limit
          journeyd: solo puede haber %1 archivos abiertos a la vez (ulimit -n), y hacen falta %2 al menos; suba el límite
        journeyd: this program was built for processors with SSE4.2 and POPCNT (x86-64-v2), which this one lacks; build it here without -march in Package.swift
          journeyd: este programa se compiló para procesadores con SSE4.2 y POPCNT (x86-64-v2), que este no tiene; compílelo aquí sin -march en Package.swift
        journeyd: a pipe cannot be made: %1
          journeyd: no se puede crear una tubería: %1
        journeyd eval: a pipe cannot be made: %1
          journeyd eval: no se puede crear una tubería: %1
        journeyd load: a pipe cannot be made: %1
          journeyd load: no se puede crear una tubería: %1
        journeyd run: only %1 files may be open at a time (ulimit -n), and this run needs %2 at least; raise the limit
          journeyd run: solo puede haber %1 archivos abiertos a la vez (ulimit -n), y esta ejecución necesita %2 al menos; suba el límite
        a table of customers or state
          una tabla de clientes o de estado
        lines or state
          líneas o estado
        # JD1404
        the budgets are others
          los presupuestos son otros
        a budget's choices are not what its rule keeps
          las elecciones de un presupuesto no son las que guarda su regla
        a budget's sum has too many parts
          la suma de un presupuesto tiene demasiadas partes
        the table of choices has not as many as it should
          la tabla de elecciones no tiene tantas como debería
        the table of customers has not as many as it should
          la tabla de clientes no tiene tantos como debería
        it was made with a report, or without one, and this run is not
          se hizo con un informe, o sin él, y esta ejecución no
        # JD1501
        nobody has looked at the stages for %1 s
          nadie ha mirado las etapas desde hace %1 s
        ok, but an output has taken nothing for %1
          bien, pero una salida no acepta nada desde hace %1
        stalled: %1, for %2
          parado: %1, desde hace %2
        %1 events, %2 lines rejected
          %1 eventos, %2 líneas rechazadas
        deadlines lie beyond the year 9999, so they are never due
          hay plazos más allá del año 9999, así que no vencen nunca
        no progress
          sin avance
        an output takes nothing
          una salida no acepta nada
        the stages make progress again
          las etapas avanzan de nuevo
        much late input; sort it by time, or set time.disorder
          mucha entrada con retraso; ordénela por tiempo, o ponga time.disorder
        # JD1504
        metrics cannot be sent
          no se pueden enviar las métricas
        there is no such address
          no existe esa dirección
        no answer within 5 s
          sin respuesta en 5 s
        the collector answers %1
          el colector responde %1
        the collector does not answer in HTTP
          el colector no responde en HTTP
        # JD1505
        other machines can reach it; write 127.0.0.1, or give --allow-remote
          otras máquinas pueden llegar a ella; escriba 127.0.0.1, o dé --allow-remote
        cannot listen there: %1
          no se puede escuchar ahí: %1
        no address
          no hay dirección
        # JD1801
        ; --rejects FILE keeps them
          ; --rejects ARCHIVO las guarda
        the only line was
          la única línea fue
        all %1 lines were
          las %1 líneas fueron
        ; the first: %1
          ; la primera: %1
        %1 rejected (%2)%3
          %1 rechazadas (%2)%3
        %1 line%2 rejected (%3)%4
          %1 líneas rechazadas (%3)%4
        these look like %1 events; try --format %2
          parecen eventos de %1; pruebe --format %2
        %1 of %2 events were late; sort the input by time, or set time.disorder
          %1 de %2 eventos llegaron tarde; ordene la entrada por tiempo, o ponga time.disorder
        1 event came
          llegó 1 evento
        %1 events came
          llegaron %1 eventos
        ; %1 had no value %2 time%3
          ; %1 no tuvo valor %2 veces
        nothing matched: %1, and no line was written
          nada encajó: %1, y no se escribió ninguna línea
        deadline lies
          plazo cae
        deadlines lie
          plazos caen
        %1 %2 beyond the year 9999, so never due; shorten the times of the configuration, or look at the timestamps
          %1 %2 más allá del año 9999, así que no vencen; acorte los tiempos de la configuración, o mire los timestamp
        deadline is
          plazo queda
        deadlines are
          plazos quedan
        %1 %2 pending at the end of the input; --at-end flush lets them fire
          %1 %2 pendientes al final de la entrada; --at-end flush hace que se cumplan
        %1 may be %2
          %1 puede ser %2
        no event came of type %1, which the configuration names; the most frequent that came: %2
          no llegó ningún evento del tipo %1, que la configuración nombra; los más frecuentes que llegaron: %2
        no timestamp was found, so events count at the time of their arrival; 
          no se encontró ningún timestamp, así que los eventos cuentan a la hora en que llegan; 
        write when each happened under "timestamp"
          escriba en "timestamp" cuándo ocurrió cada uno
        all times lie in 1970 (%1): timestamps look like seconds, but are read as milliseconds; set time.unit: "s"
          todos los tiempos caen en 1970 (%1): los timestamp parecen segundos, pero se leen como milisegundos; ponga time.unit: "s"
        %1 %2 beside "properties", not in it, so event.properties.%3 finds nothing; read event.raw.%4, or put %5 inside
          %1 %2 junto a "properties", no dentro, así que event.properties.%3 no encuentra nada; lea event.raw.%4, o póngalo dentro
        %1 more
          %1 más
        """#
}
