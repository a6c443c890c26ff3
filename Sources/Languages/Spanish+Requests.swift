extension Catalogue {
    /// What is said to those who ask over HTTP, and what becomes of requests that are made.
    static let requests = #"""
        # JD1206
        nothing was taken; %1: %2
          no se aceptó nada; %'1: %2
        the body has %1 events, which were taken; a decision is asked for with one
          el cuerpo tiene %1 eventos, que se aceptaron; una decisión se pide con uno
        the body has %1 events; a decision is asked for with one
          el cuerpo tiene %1 eventos; una decisión se pide con uno
        the body is in UTF-16; events are read in UTF-8 only
          el cuerpo está en UTF-16; los eventos solo se leen en UTF-8
        the body is not gzip, or is cut off; nothing was taken: send it whole, or as it is
          el cuerpo no es gzip, o está cortado; no se aceptó nada: envíelo entero, o sin comprimir
        the request line is too long
          la línea de la petición es demasiado larga
        the header fields are too long, or too many
          las cabeceras son demasiado largas, o demasiadas
        the body is too long
          el cuerpo es demasiado largo
        the Transfer-Encoding is not known; only chunked is
          no se conoce ese Transfer-Encoding; solo chunked
        only HTTP/1.1 and HTTP/1.0 are spoken here
          aquí solo se habla HTTP/1.1 y HTTP/1.0
        the request did not come in time
          la petición no llegó a tiempo
        this is no request of HTTP/1.1 in order
          esto no es una petición de HTTP/1.1 en regla
        the request ends before it is whole
          la petición termina antes de estar entera
        pages of %1 may not send here; add the origin to input.http.allow_origins
          las páginas de %'1 no pueden enviar aquí; añada el origen a input.http.allow_origins
        a token is needed; send Authorization: Bearer TOKEN, or Basic with the token as user name
          hace falta un token; envíe Authorization: Bearer TOKEN, o Basic con el token como nombre de usuario
        there is nothing at %1; there are POST /events, which takes events, POST /decide, which takes one and answers with what follows from it, and the paths of Segment, RudderStack, PostHog, Mixpanel, Amplitude and Google Analytics
          no hay nada en %'1; hay POST /events, que acepta eventos, POST /decide, que acepta uno y responde con lo que sigue de él, y las rutas de Segment, RudderStack, PostHog, Mixpanel, Amplitude y Google Analytics
        %1 is not for %2; send POST
          %'1 no es para %'2; envíe POST
        %1 cannot be met; only 100-continue can
          no se puede cumplir %'1; solo 100-continue
        a body is needed; send its Content-Length, or send it in chunks
          hace falta un cuerpo; envíe su Content-Length, o envíelo a trozos
        %1 is not read here; send application/json or application/x-ndjson
          %'1 no se lee aquí; envíe application/json o application/x-ndjson
        %1: events are read in UTF-8 only
          %'1: los eventos solo se leen en UTF-8
        Content-Encoding %1 is not read here; send gzip, or the body as it is
          Content-Encoding %'1 no se lee aquí; envíe gzip, o el cuerpo sin comprimir
        the body has more than %1 bytes; send less at a time, or raise input.http.max_body
          el cuerpo tiene más de %1 bytes; envíe menos de una vez, o suba input.http.max_body
        types: %1 is no type of line; there are %2
          types: %'1 no es un tipo de línea; hay %'2
        timeout: %1 is no time from 1ms to 60s; write it as 50ms or 2s
          timeout: %'1 no es un tiempo de 1ms a 60s; escríbalo como 50ms o 2s
        control: %1 is neither true nor false
          control: %'1 no es ni true ni false
        # JD1207
        the engine is behind; nothing was taken, so send it again
          el motor va atrasado; no se aceptó nada, así que envíelo de nuevo
        more is sent than the engine takes; nothing was taken, so send it again
          se envía más de lo que el motor acepta; no se aceptó nada, así que envíelo de nuevo
        the engine is behind
          el motor va atrasado
        the engine has not come to it
          el motor no ha llegado a él
        not decided within %1 ms: %2; the event stays taken
          sin decisión en %1 ms: %2; el evento queda aceptado
        %1 connections are open already
          ya hay %1 conexiones abiertas
        the engine stops; nothing of this request was taken
          el motor se detiene; no se aceptó nada de esta petición
        the engine has stopped before this was settled; what was sent may have been taken
          el motor se detuvo antes de resolver esto; lo enviado puede haberse aceptado
        # JD1505
        /metrics   counts, gauges and latencies, as Prometheus reads them
          /metrics   cuentas, medidas y latencias, como las lee Prometheus
        /healthz   200 while the stages make progress, else 503
          /healthz   200 mientras las etapas avanzan, si no 503
        /readyz    200 once inputs are open and recovery is over, else 503
          /readyz    200 cuando las entradas están abiertas y la recuperación acabó, si no 503
        there is no such page; / lists them, or shows the journeys
          no hay tal página; / las enumera, o muestra los recorridos
        this host name is not known here; ask by the address, or by the name given to --admin
          aquí no se conoce ese nombre de host; pida por la dirección, o por el nombre dado a --admin
        the first figures are being made
          se están haciendo las primeras cifras
        the admin token is needed; send Authorization: Bearer TOKEN
          hace falta el token de administración; envíe Authorization: Bearer TOKEN
        nothing is remembered of this customer
          de este cliente no se recuerda nada
        the engine is being asked
          se está preguntando al motor
        # JD1302
        no answer within the timeout
          sin respuesta dentro del plazo
        cannot connect
          no se puede conectar
        the host's name stands for no address
          el nombre del host no corresponde a ninguna dirección
        the connection broke
          se cortó la conexión
        no secure connection: the certificate or the protocol is not accepted
          sin conexión segura: no se acepta el certificado o el protocolo
        this is no URL; write "https://HOST/PATH"
          no es una URL; escriba "https://HOST/RUTA"
        """#
}
