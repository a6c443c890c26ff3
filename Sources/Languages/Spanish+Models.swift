extension Catalogue {
    /// What is said of models, reports and evaluations.
    static let models = #"""
        # none
        conversion: %1
          conversión: %'1
        %1 events, %2 customers, %3 visits, of which %4 of one touch
          %1 eventos, %2 clientes, %3 visitas, de ellas %4 de un solo toque
        journeys: %1 converted, %2 lost, %3 open; %4 of the closed ones converted
          recorridos: %1 convertidos, %2 perdidos, %3 abiertos; convierte el %4 de los cerrados
        touches before a conversion: %1 (median)
          toques antes de una conversión: %1 (mediana)
        mend first:
          arregle primero:
        %1: about %2 conversions lost
          %1: unas %2 conversiones perdidas
        , worth %1
          , por valor de %1
        about %1 conversions lost
          unas %1 conversiones perdidas
        without it, so many conversions fewer:
          sin él, tantas conversiones menos:
        most frequent ways:
          caminos más frecuentes:
        what actions bring:
          lo que aportan las acciones:
        event types
          tipos de evento
        values of by
          valores de by
        # JD1404
        an edge is between touchpoints that there are not
          un borde va entre puntos de contacto que no existen
        a step is between touchpoints that there are not
          un paso va entre puntos de contacto que no existen
        a value of by is beyond those there may be
          un valor de by está fuera de los que puede haber
        slices of journeys
          partes de los recorridos
        journey totals
          sumas de los recorridos
        the journeys are not of as many customers as they should be
          los recorridos no son de tantos clientes como deberían
        a number is too long
          un número es demasiado largo
        there are %1 figures in place of %2
          hay %1 cifras en lugar de %2
        there are more variants than are kept
          hay más variantes de las que se guardan
        the table of hours has not as many as it should
          la tabla de horas no tiene tantas como debería
        a cell stands before its parent
          una celda está ante su madre
        a list of responses has not as many as it should
          una lista de respuestas no tiene tantas como debería
        # JD1701
        there is something behind the end
          hay algo detrás del final
        it is nested too deep
          está demasiado anidado
        a key is missing
          falta una clave
        a colon is missing
          faltan los dos puntos
        an object has no end
          un objeto no tiene final
        a list has no end
          una lista no tiene final
        a number has no digits behind its point
          un número no tiene cifras detrás del punto
        a number has no digits in its exponent
          un número no tiene cifras en su exponente
        a text has a control character
          un texto tiene un carácter de control
        a text has no end
          un texto no tiene final
        a text has an escape that is none
          un texto tiene un escape que no lo es
        customer value, %1
          valor de cliente, %1
        LightGBM's version %1 is not known
          no se conoce la versión %1 de LightGBM
        LightGBM: a model of several classes (%1=%2) cannot be used
          LightGBM: no se puede usar un modelo de varias clases (%1=%2)
        LightGBM: boosting "rf" cannot be used
          LightGBM: no se puede usar el boosting "rf"
        LightGBM: feature_names is missing
          LightGBM: falta feature_names
        LightGBM: there are more than %1 features
          LightGBM: hay más de %1 características
        LightGBM: the trees have no end; the file is not whole
          LightGBM: los árboles no tienen final; el archivo no está entero
        LightGBM: there is no tree
          LightGBM: no hay ningún árbol
        LightGBM, %1, %2 trees
          LightGBM, %1, %2 árboles
        LightGBM: tree %1: %2
          LightGBM: árbol %1: %2
        %1 is missing
          falta %1
        %1: %2 is not one of %3 numbers
          %1: %2 no es uno de los %3 números
        %1 has %2 numbers where there must be %3
          %1 tiene %2 números donde debe haber %3
        LightGBM: the model has no objective of its own; binary, regression and poisson can be used
          LightGBM: el modelo no tiene un objetivo propio; se pueden usar binary, regression y poisson
        LightGBM: objective %1 is not known
          LightGBM: no se conoce el objetivo %1
        LightGBM: objective %1 cannot be used; binary, regression and poisson can
          LightGBM: no se puede usar el objetivo %1; se pueden binary, regression y poisson
        num_leaves is missing or no count
          falta num_leaves o no es un número
        LightGBM: tree %1: linear trees cannot be used
          LightGBM: árbol %1: no se pueden usar árboles lineales
        node %1 asks for feature %2, which is not there
          el nodo %1 pide la característica %2, que no existe
        decision_type %1 is not known
          no se conoce decision_type %1
        node %1 asks for a set of categories that is not there
          el nodo %1 pide un conjunto de categorías que no existe
        num_cat is missing or no count
          falta num_cat o no es un número
        cat_boundaries do not ascend
          cat_boundaries no crecen
        LightGBM: boosting %1 cannot be used
          LightGBM: no se puede usar el boosting %1
        LightGBM: linear trees cannot be used
          LightGBM: no se pueden usar árboles lineales
        link must be "identity", "logistic" or "exponential"
          link debe ser "identity", "logistic" o "exponential"
        %1: %2 is not a number
          %1: %2 no es un número
        features must be a list of 1 to %1
          features debe ser una lista de 1 a %1
        feature %1 has no name
          la característica %1 no tiene nombre
        feature "%1" stands twice
          la característica "%1" está dos veces
        the model
          el modelo
        linear, %1 features
          lineal, %1 características
        %1: bins are missing
          %1: faltan los tramos
        %1: the last bin takes the rest; leave "below" out
          %1: el último tramo se lleva el resto; quite "below"
        %1: the bins do not ascend
          %1: los tramos no crecen
        scorecard, %1 features
          tabla de puntos, %1 características
        it is longer than %1 MiB
          ocupa más de %1 MiB
        it is empty
          está vacío
        it is no model that is known: LightGBM's text, XGBoost's JSON, or a linear model or scorecard as JSON
          no es un modelo que se conozca: el texto de LightGBM, el JSON de XGBoost, o un modelo lineal o una tabla de puntos en JSON
        it is no JSON: %1, at byte %2
          no es JSON: %1, en el byte %2
        "%1" is no kind of model; write "linear" or "scorecard"
          "%1" no es un tipo de modelo; escriba "linear" o "scorecard"
        it has neither XGBoost's "learner" nor "model": "linear" or "scorecard"
          no tiene ni "learner" de XGBoost ni "model": "linear" o "scorecard"
        there are too many nodes
          hay demasiados nodos
        tree %1, node %2: its child %3 makes no tree
          árbol %1, nodo %2: su hijo %3 no forma un árbol
        tree %1, node %2: its leaf %3 makes no tree
          árbol %1, nodo %2: su hoja %3 no forma un árbol
        XGBoost: gradient_booster is missing
          XGBoost: falta gradient_booster
        XGBoost: booster "%1" cannot be used; gbtree can
          XGBoost: no se puede usar el booster "%1"; se puede gbtree
        XGBoost: a model of several classes or targets cannot be used
          XGBoost: no se puede usar un modelo de varias clases u objetivos
        XGBoost: num_feature is not a count from 1 to %1
          XGBoost: num_feature no es un número de 1 a %1
        XGBoost: there are %1 feature_names for %2 features
          XGBoost: hay %1 feature_names para %2 características
        XGBoost: there is no tree
          XGBoost: no hay ningún árbol
        XGBoost: trees of several classes cannot be used
          XGBoost: no se pueden usar árboles de varias clases
        XGBoost, %1, %2 trees
          XGBoost, %1, %2 árboles
        XGBoost: objective "%1" cannot be used; binary:logistic, reg:squarederror and count:poisson can
          XGBoost: no se puede usar el objetivo "%1"; se pueden binary:logistic, reg:squarederror y count:poisson
        XGBoost: base_score is not a number
          XGBoost: base_score no es un número
        XGBoost: base_score %1 is none for the objective
          XGBoost: base_score %1 no vale para el objetivo
        XGBoost: tree %1: %2
          XGBoost: árbol %1: %2
        %1 has %2 values where there must be %3
          %1 tiene %2 valores donde debe haber %3
        %1 has what is no number that can be used
          %1 tiene algo que no es un número que se pueda usar
        categories_segments lie outside the categories
          categories_segments caen fuera de las categorías
        %1 is no category
          %1 no es una categoría
        leaves of several values cannot be used
          no se pueden usar hojas de varios valores
        it has no nodes
          no tiene nodos
        node %1 has one child
          el nodo %1 tiene un solo hijo
        node %1 is a leaf of no finite number
          el nodo %1 es una hoja sin número finito
        node %1 has a child that is not there
          el nodo %1 tiene un hijo que no existe
        node %1 has no categories
          el nodo %1 no tiene categorías
        # JD1901
        it counts otherwise than the reports before: its section report is another
          cuenta de otro modo que los informes anteriores: su sección report es otra
        its "sums" are no base64
          sus "sums" no son base64
        its "sums" have something behind them
          sus "sums" llevan algo detrás
        its "sums" are of version %1, and this journeyd adds up version %2
          sus "sums" son de la versión %1, y este journeyd suma la versión %2
        there are too many names
          hay demasiados nombres
        a name stands there twice
          hay un nombre repetido
        there is no stage %1
          no existe la etapa %1
        there is no channel %1
          no existe el canal %1
        # JD1902
        there are too many responses; take a part of the log
          hay demasiadas respuestas; tome una parte del registro
        the decision does not say what was considered; write policy: { explain: "full" } where it is made
          la decisión no dice qué se consideró; escriba policy: { explain: "full" } donde se decide
        the decision has no probability; logs of this version have one, and from others nothing can be concluded
          la decisión no tiene probabilidad; los registros de esta versión la llevan, y de otros no se puede concluir nada
        the probability is not above 0 and at most 1
          la probabilidad no es mayor que 0 y como mucho 1
        there are too many decisions; take a part of the log
          hay demasiadas decisiones; tome una parte del registro
        there is no decision that chance may have made
          no hay ninguna decisión que pueda deberse al azar
        the log says as much as %1 decisions of the new configuration would; under 100 that is too little to go by
          el registro dice tanto como dirían %1 decisiones de la configuración nueva; menos de 100 es muy poco para guiarse
        one decision has %1 % of all weight, so it alone decides
          una decisión tiene el %1 % de todo el peso, así que decide ella sola
        weights are %1 on average where 1 was to be expected: the new configuration chooses what the log never chose, or could not
          los pesos son de media %1 donde se esperaba 1: la configuración nueva elige lo que el registro nunca eligió, o no pudo
        in %1 decisions the new configuration might choose an action that nobody held against the limits; with policy.explore all are
          en %1 decisiones la configuración nueva podría elegir una acción que nadie contrastó con los límites; con policy.explore se contrastan todas
        never considered in the log, and left out: %1; --data-dir has what is needed
          nunca considerado en el registro, y omitido: %1; --data-dir tiene lo que hace falta
        %1 decisions are of moments that the new configuration does not bring about in the data directory; they are judged as logged
          %1 decisiones son de momentos que la configuración nueva no produce en el directorio de datos; se juzgan como están registradas
        """#
}
