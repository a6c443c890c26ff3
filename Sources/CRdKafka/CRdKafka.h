// librdkafka, a library of the system, and what of it Swift cannot call: variadic functions, callbacks, lists of structures.
// Every function that may fail fills in a fault, whose code is 0 where nothing went wrong.
#ifndef CRDKAFKA_H
#define CRDKAFKA_H

#include <errno.h>
#include <librdkafka/rdkafka.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// What went wrong.
struct kafka_fault {
    int32_t code;
    /// Nothing that the client does will go well any more.
    int32_t is_fatal;
    /// The same may be asked again.
    int32_t is_retriable;
    /// The transaction is to be aborted.
    int32_t requires_abort;
    char text[512];
};

static inline struct kafka_fault kafka_no_fault(void) {
    struct kafka_fault fault;
    memset(&fault, 0, sizeof fault);
    return fault;
}

static inline struct kafka_fault kafka_fault_of(rd_kafka_resp_err_t code, const char *text) {
    struct kafka_fault fault = kafka_no_fault();
    fault.code = (int32_t)code;
    strncpy(fault.text, text ? text : rd_kafka_err2str(code), sizeof fault.text - 1);
    return fault;
}

/// A fault of an error object, which is freed.
static inline struct kafka_fault kafka_fault_from(rd_kafka_error_t *error) {
    if (!error) return kafka_no_fault();
    struct kafka_fault fault = kafka_fault_of(rd_kafka_error_code(error), rd_kafka_error_string(error));
    fault.is_fatal = rd_kafka_error_is_fatal(error);
    fault.is_retriable = rd_kafka_error_is_retriable(error);
    fault.requires_abort = rd_kafka_error_txn_requires_abort(error);
    rd_kafka_error_destroy(error);
    return fault;
}

/// The fatal fault of a client, if there was one.
static inline struct kafka_fault kafka_fatal_fault(rd_kafka_t *client) {
    char text[512];
    rd_kafka_resp_err_t code = rd_kafka_fatal_error(client, text, sizeof text);
    if (!code) return kafka_no_fault();
    struct kafka_fault fault = kafka_fault_of(code, text);
    fault.is_fatal = 1;
    return fault;
}

// Clients

/// What librdkafka says of itself goes nowhere: faults come by what is asked, and by events.
static inline void kafka_say_nothing(const rd_kafka_t *client, int level, const char *facility, const char *text) {
    (void)client, (void)level, (void)facility, (void)text;
}

/// Properties of a client that is told of faults and rebalances by events.
static inline rd_kafka_conf_t *kafka_properties_new(void) {
    rd_kafka_conf_t *properties = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(properties, kafka_say_nothing);
    rd_kafka_conf_set_events(properties, RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_REBALANCE);
    return properties;
}

static inline struct kafka_fault kafka_properties_set(rd_kafka_conf_t *properties, const char *name, const char *value) {
    char text[512] = "";
    if (rd_kafka_conf_set(properties, name, value, text, sizeof text) == RD_KAFKA_CONF_OK) return kafka_no_fault();
    return kafka_fault_of(RD_KAFKA_RESP_ERR__INVALID_ARG, text);
}

/// A client with a copy of some properties; NULL where it cannot be.
static inline rd_kafka_t *kafka_client_new(int is_producer, rd_kafka_conf_t *properties, struct kafka_fault *fault) {
    char text[512] = "";
    rd_kafka_conf_t *copy = rd_kafka_conf_dup(properties);
    rd_kafka_t *client =
        rd_kafka_new(is_producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, copy, text, sizeof text);
    *fault = client ? kafka_no_fault() : kafka_fault_of(rd_kafka_last_error(), text);
    if (!client) rd_kafka_conf_destroy(copy);
    return client;
}

/// How many partitions a topic has; 0 where there is none of that name.
static inline int32_t kafka_partition_count(
    rd_kafka_t *client, rd_kafka_topic_t *topic, int milliseconds, struct kafka_fault *fault) {
    const struct rd_kafka_metadata *found = 0;
    rd_kafka_resp_err_t code = rd_kafka_metadata(client, 0, topic, &found, milliseconds);
    int32_t count = 0;
    *fault = kafka_no_fault();
    if (code) {
        *fault = kafka_fault_of(code, 0);
    } else if (found->topic_cnt == 1) {
        code = found->topics[0].err;
        count = (int32_t)found->topics[0].partition_cnt;
        if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
            count = 0;
        } else if (code) {
            *fault = kafka_fault_of(code, 0);
        }
    }
    if (found) rd_kafka_metadata_destroy(found);
    return count;
}

/// Makes a topic of so many partitions, with as many copies as the cluster usually makes. One that is there already is fine.
static inline struct kafka_fault kafka_topic_make(
    rd_kafka_t *client, const char *name, int32_t partitions, int copies, int keeps, int milliseconds) {
    char text[512] = "";
    rd_kafka_NewTopic_t *topic = rd_kafka_NewTopic_new(name, partitions, copies, text, sizeof text);
    if (!topic) return kafka_fault_of(RD_KAFKA_RESP_ERR__INVALID_ARG, text);
    if (keeps) {
        rd_kafka_NewTopic_set_config(topic, "cleanup.policy", "delete");
        rd_kafka_NewTopic_set_config(topic, "retention.ms", "-1");
        rd_kafka_NewTopic_set_config(topic, "retention.bytes", "-1");
    }
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_AdminOptions_set_request_timeout(options, milliseconds, text, sizeof text);
    rd_kafka_AdminOptions_set_operation_timeout(options, milliseconds, text, sizeof text);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
    rd_kafka_CreateTopics(client, &topic, 1, options, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, milliseconds + 1000);
    struct kafka_fault fault = kafka_no_fault();
    if (!event) {
        fault = kafka_fault_of(RD_KAFKA_RESP_ERR__TIMED_OUT, 0);
    } else if (rd_kafka_event_error(event)) {
        fault = kafka_fault_of(rd_kafka_event_error(event), rd_kafka_event_error_string(event));
    } else {
        size_t count = 0;
        const rd_kafka_CreateTopics_result_t *result = rd_kafka_event_CreateTopics_result(event);
        const rd_kafka_topic_result_t **made = rd_kafka_CreateTopics_result_topics(result, &count);
        if (count == 1 && rd_kafka_topic_result_error(made[0]) != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS &&
            rd_kafka_topic_result_error(made[0]))
            fault = kafka_fault_of(
                rd_kafka_topic_result_error(made[0]), rd_kafka_topic_result_error_string(made[0]));
    }
    if (event) rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_NewTopic_destroy(topic);
    return fault;
}

/// The latest fault that a client was told of by an event since this was asked last; its code is 0 where there was none.
static inline struct kafka_fault kafka_told_fault(rd_kafka_queue_t *queue) {
    struct kafka_fault fault = kafka_no_fault();
    rd_kafka_event_t *event;
    while ((event = rd_kafka_queue_poll(queue, 0))) {
        if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR)
            fault = kafka_fault_of(rd_kafka_event_error(event), rd_kafka_event_error_string(event));
        rd_kafka_event_destroy(event);
    }
    return fault;
}

// Groups

/// What a member of a group is told.
enum kafka_told { KAFKA_NOTHING, KAFKA_ASSIGNED, KAFKA_REVOKED, KAFKA_LOST, KAFKA_FAULT };

static inline struct kafka_fault kafka_subscribe(rd_kafka_t *client, const char *topic) {
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t code = rd_kafka_subscribe(client, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    return code ? kafka_fault_of(code, 0) : kafka_no_fault();
}

static inline struct kafka_fault kafka_unsubscribe(rd_kafka_t *client) {
    rd_kafka_resp_err_t code = rd_kafka_unsubscribe(client);
    return code ? kafka_fault_of(code, 0) : kafka_no_fault();
}

/// What the member is told next, if anything. Of an assignment, the numbers of the partitions are
/// put into `partitions`, as many as have room, and `count` is how many there are.
static inline int kafka_group_poll(
    rd_kafka_t *client, rd_kafka_queue_t *queue, int milliseconds, int32_t *partitions, int32_t room, int32_t *count,
    struct kafka_fault *fault) {
    *count = 0;
    *fault = kafka_no_fault();
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, milliseconds);
    if (!event) return KAFKA_NOTHING;
    int told = KAFKA_NOTHING;
    if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_ERROR) {
        told = KAFKA_FAULT;
        *fault = kafka_fault_of(rd_kafka_event_error(event), rd_kafka_event_error_string(event));
        if (fault->code == RD_KAFKA_RESP_ERR__FATAL) *fault = kafka_fatal_fault(client);
    } else if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE) {
        rd_kafka_topic_partition_list_t *list = rd_kafka_event_topic_partition_list(event);
        if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
            told = KAFKA_ASSIGNED;
            for (int index = 0; list && index < list->cnt; index++)
                if (index < room) partitions[index] = list->elems[index].partition;
            *count = list ? list->cnt : 0;
        } else {
            told = rd_kafka_assignment_lost(client) ? KAFKA_LOST : KAFKA_REVOKED;
        }
    }
    rd_kafka_event_destroy(event);
    return told;
}

/// Takes note of an assignment. Nothing is read by the member itself.
static inline struct kafka_fault kafka_take_assignment(rd_kafka_t *client) {
    rd_kafka_topic_partition_list_t *none = rd_kafka_topic_partition_list_new(0);
    rd_kafka_resp_err_t code = rd_kafka_assign(client, none);
    rd_kafka_topic_partition_list_destroy(none);
    return code ? kafka_fault_of(code, 0) : kafka_no_fault();
}

/// Whether two standings in a group are the same.
static inline int kafka_is_same_standing(
    const rd_kafka_consumer_group_metadata_t *one, const rd_kafka_consumer_group_metadata_t *other) {
    void *bytes[2] = {0, 0};
    size_t sizes[2] = {0, 0};
    rd_kafka_error_t *error = rd_kafka_consumer_group_metadata_write(one, &bytes[0], &sizes[0]);
    if (!error) error = rd_kafka_consumer_group_metadata_write(other, &bytes[1], &sizes[1]);
    int is_same = !error && sizes[0] == sizes[1] && memcmp(bytes[0], bytes[1], sizes[0]) == 0;
    if (error) rd_kafka_error_destroy(error);
    if (bytes[0]) rd_kafka_mem_free(0, bytes[0]);
    if (bytes[1]) rd_kafka_mem_free(0, bytes[1]);
    return is_same;
}

/// As which member of which generation a client stands in its group, to be freed; NULL where it is none any more, or of no
/// generation. The name is asked for behind: a client that has one then had the generation that goes with it.
static inline rd_kafka_consumer_group_metadata_t *kafka_standing(
    rd_kafka_t *client, const char *group, const char *instance) {
    rd_kafka_consumer_group_metadata_t *standing = rd_kafka_consumer_group_metadata(client);
    char *name = rd_kafka_memberid(client);
    if (standing && name && *name) {
        rd_kafka_consumer_group_metadata_t *none =
            rd_kafka_consumer_group_metadata_new_with_genid(group, -1, name, instance);
        if (kafka_is_same_standing(standing, none)) {
            rd_kafka_consumer_group_metadata_destroy(standing);
            standing = 0;
        }
        rd_kafka_consumer_group_metadata_destroy(none);
    } else if (standing) {
        rd_kafka_consumer_group_metadata_destroy(standing);
        standing = 0;
    }
    if (name) rd_kafka_mem_free(client, name);
    return standing;
}

/// Gives all partitions back.
static inline struct kafka_fault kafka_give_back(rd_kafka_t *client) {
    rd_kafka_resp_err_t code = rd_kafka_assign(client, 0);
    return code ? kafka_fault_of(code, 0) : kafka_no_fault();
}

/// What the group has committed for a partition: -1 where nothing is. Of the metadata, as many bytes as have room.
static inline int64_t kafka_committed(
    rd_kafka_t *client, const char *topic, int32_t partition, int milliseconds, char *metadata, size_t room,
    size_t *size, struct kafka_fault *fault) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, partition);
    rd_kafka_resp_err_t code = rd_kafka_committed(client, list, milliseconds);
    if (!code) code = list->elems[0].err;
    int64_t offset = list->elems[0].offset < 0 ? -1 : list->elems[0].offset;
    *size = 0;
    if (code) {
        *fault = kafka_fault_of(code, 0);
    } else {
        *fault = kafka_no_fault();
        *size = list->elems[0].metadata_size < room ? list->elems[0].metadata_size : room;
        if (*size > 0) memcpy(metadata, list->elems[0].metadata, *size);
    }
    rd_kafka_topic_partition_list_destroy(list);
    return offset;
}

/// How many members a group has.
static inline int32_t kafka_member_count(
    rd_kafka_t *client, const char *group, int milliseconds, struct kafka_fault *fault) {
    const struct rd_kafka_group_list *found = 0;
    rd_kafka_resp_err_t code = rd_kafka_list_groups(client, group, &found, milliseconds);
    int32_t count = 0;
    for (int index = 0; !code && index < found->group_cnt; index++) {
        code = found->groups[index].err;
        if (!strcmp(found->groups[index].group, group)) count = (int32_t)found->groups[index].member_cnt;
    }
    if (found) rd_kafka_group_list_destroy(found);
    *fault = code ? kafka_fault_of(code, 0) : kafka_no_fault();
    return count;
}

static inline struct kafka_fault kafka_extent(
    rd_kafka_t *client, const char *topic, int32_t partition, int milliseconds, int64_t *first, int64_t *end) {
    rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(client, topic, partition, first, end, milliseconds);
    return code ? kafka_fault_of(code, 0) : kafka_no_fault();
}

/// Where a partition ends by what was read last; -1 where that is not known.
static inline int64_t kafka_known_end(rd_kafka_t *client, const char *topic, int32_t partition) {
    int64_t first = -1, end = -1;
    if (rd_kafka_get_watermark_offsets(client, topic, partition, &first, &end)) return -1;
    return end < 0 ? -1 : end;
}

// Reading

static inline struct kafka_fault kafka_read(
    rd_kafka_topic_t *topic, int32_t partition, int64_t offset, rd_kafka_queue_t *queue) {
    if (rd_kafka_consume_start_queue(topic, partition, offset, queue) == 0) return kafka_no_fault();
    return kafka_fault_of(rd_kafka_last_error(), 0);
}

static inline int64_t kafka_timestamp(const rd_kafka_message_t *message) {
    rd_kafka_timestamp_type_t type;
    int64_t time = rd_kafka_message_timestamp(message, &type);
    return type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : time;
}

static inline const char *kafka_message_text(const rd_kafka_message_t *message) {
    return rd_kafka_message_errstr(message);
}

// Transactions

/// Sends a record; the bytes are copied.
static inline struct kafka_fault kafka_send(
    rd_kafka_topic_t *topic, int32_t partition, const void *value, size_t size, const void *key, size_t key_size) {
    if (rd_kafka_produce(
            topic, partition, RD_KAFKA_MSG_F_COPY, (void *)value, size, key, key_size, 0) == 0)
        return kafka_no_fault();
    return kafka_fault_of(rd_kafka_last_error(), 0);
}

/// Sends a record with its time, in milliseconds since 1970; the bytes are copied.
static inline struct kafka_fault kafka_send_at(
    rd_kafka_t *producer, const char *topic, int32_t partition, const void *value, size_t size, const void *key,
    size_t key_size, int64_t time) {
    rd_kafka_resp_err_t code = rd_kafka_producev(
        producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_VALUE((void *)value, size), RD_KAFKA_V_KEY((void *)key, key_size), RD_KAFKA_V_TIMESTAMP(time),
        RD_KAFKA_V_END);
    return code ? kafka_fault_of(code, 0) : kafka_no_fault();
}

static inline void kafka_offsets_add(
    rd_kafka_topic_partition_list_t *list, const char *topic, int32_t partition, int64_t offset, const char *metadata) {
    rd_kafka_topic_partition_t *place = rd_kafka_topic_partition_list_add(list, topic, partition);
    place->offset = offset;
    place->metadata_size = strlen(metadata);
    place->metadata = strdup(metadata);
    if (!place->metadata) place->metadata_size = 0;
}

/// Has offsets committed with the transaction, by a member as which it stood in its group. Frees the list.
static inline struct kafka_fault kafka_send_offsets(
    rd_kafka_t *producer, const rd_kafka_consumer_group_metadata_t *standing, rd_kafka_topic_partition_list_t *list,
    int milliseconds) {
    struct kafka_fault fault =
        kafka_fault_from(rd_kafka_send_offsets_to_transaction(producer, list, standing, milliseconds));
    rd_kafka_topic_partition_list_destroy(list);
    return fault;
}

/// Whether everything that was sent has been taken or given up.
static inline int kafka_waiting(rd_kafka_t *producer) { return rd_kafka_outq_len(producer); }

#endif
