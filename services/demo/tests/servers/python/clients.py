"""Clients that know nothing of Herald: confluent-kafka with fastavro, and pika.

    clients.py orders BROKERS REGISTRY COUNT NEW_ORDER_ID
        Reads COUNT events OrderPlaced, and writes the first one again as another order.
    clients.py payment BROKERS REGISTRY ORDER_ID
        Reads what the payment service answered to an order.
    clients.py write BROKERS REGISTRY FILE
        Writes the events of a file, one a line as plain JSON, to their topics.
    clients.py mail AMQP REGISTRY NEW_ADDRESS NEW_ID
        Reads a command SendEmail, leaves it where it is, and sends it again to another address.

Each prints what it read as JSON, a line each.
"""

import datetime
import decimal
import io
import json
import struct
import sys
import time
import uuid

import fastavro
import pika
from confluent_kafka import Consumer, Producer
from confluent_kafka.schema_registry import SchemaRegistryClient, topic_record_subject_name_strategy
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

ORDERS = "ordering.orders"
ORDER_PLACED = "shop.ordering.OrderPlaced"
PAYMENTS = "payments.payments"
SEND_EMAIL = "shop.notifications.SendEmail"
MAIL_QUEUE = "notification.send-email"
EXCHANGE = "shop.commands"
PATIENCE = 60


def show(value):
    print(json.dumps(value, default=str), flush=True)


def events(brokers, registry, topic):
    """Every event of a topic from its start: headers, key, value."""
    decode = AvroDeserializer(SchemaRegistryClient({"url": registry}))
    consumer = Consumer(
        {
            "bootstrap.servers": brokers,
            "group.id": f"python-{uuid.uuid4()}",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([topic])
    end = time.monotonic() + PATIENCE
    try:
        while time.monotonic() < end:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                raise SystemExit(f"{topic}: {message.error()}")
            headers = {name: value.decode() for name, value in message.headers()}
            value = decode(message.value(), SerializationContext(topic, MessageField.VALUE))
            yield headers, message.key().decode(), value
    finally:
        consumer.close()
    raise SystemExit(f"{topic}: not within {PATIENCE} s")


def orders(brokers, registry, count, new_id):
    found = []
    for headers, key, value in events(brokers, registry, ORDERS):
        if headers["ce_type"] == ORDER_PLACED:
            show({"headers": headers, "key": key, "value": value})
            found.append((headers, value))
        if len(found) == int(count):
            break
    headers, value = found[0]
    value["order_id"] = uuid.UUID(new_id)
    headers["ce_id"] = str(uuid.uuid4())
    headers["ce_source"] = "/python"
    client = SchemaRegistryClient({"url": registry})
    subject = f"{ORDERS}-{ORDER_PLACED}"
    encode = AvroSerializer(
        client,
        client.get_latest_version(subject).schema,
        conf={
            "auto.register.schemas": False,
            "subject.name.strategy": topic_record_subject_name_strategy,
        },
    )
    producer = Producer({"bootstrap.servers": brokers, "partitioner": "murmur2_random"})
    payload = encode(value, SerializationContext(ORDERS, MessageField.VALUE))
    failures = []
    producer.produce(
        ORDERS,
        key=new_id,
        value=payload,
        headers=[(name, text.encode()) for name, text in headers.items()],
        on_delivery=lambda error, _: failures.append(error) if error else None,
    )
    producer.flush(PATIENCE)
    if failures:
        raise SystemExit(f"{ORDERS}: {failures[0]}")


def payment(brokers, registry, order_id):
    for headers, key, value in events(brokers, registry, PAYMENTS):
        if key == order_id:
            show({"headers": headers, "key": key, "value": value})
            return


def write(brokers, registry, path):
    client = SchemaRegistryClient({"url": registry})
    producer = Producer({"bootstrap.servers": brokers, "partitioner": "murmur2_random"})
    encoders, failures = {}, []
    with open(path) as lines:
        events = [json.loads(line) for line in lines]
    for event in events:
        topic, kind = event["topic"], event["type"]
        if kind not in encoders:
            schema = client.get_latest_version(f"{topic}-{kind}").schema
            conf = {
                "auto.register.schemas": False,
                "subject.name.strategy": lambda context, _, kind=kind: f"{context.topic}-{kind}",
            }
            encoders[kind] = json.loads(schema.schema_str), AvroSerializer(client, schema, conf=conf)
        schema, encode = encoders[kind]
        if "bytes" in event:
            payload = bytes.fromhex(event["bytes"])
        else:
            context = SerializationContext(topic, MessageField.VALUE)
            payload = encode(typed(schema, event["value"], {}), context)
        headers = {"ce_specversion": "1.0", "ce_type": kind, "ce_source": "/python", "ce_id": event["id"]}
        producer.produce(
            topic,
            key=event["key"],
            value=payload,
            headers=[(name, text.encode()) for name, text in headers.items()],
            on_delivery=lambda error, _: failures.append(error) if error else None,
        )
        producer.poll(0)
    producer.flush(PATIENCE)
    if failures:
        raise SystemExit(f"{path}: {failures[0]}")


def typed(schema, value, named):
    """Plain JSON as the values that fastavro writes."""
    if isinstance(schema, list):
        if value is None:
            return None
        schema = next(branch for branch in schema if branch != "null")
    if isinstance(schema, str):
        return typed(named[schema], value, named) if schema in named else value
    if "name" in schema:
        named[schema["name"]] = named[f'{schema.get("namespace")}.{schema["name"]}'] = schema
    logical = schema.get("logicalType")
    if logical == "decimal":
        return decimal.Decimal(value)
    if logical == "timestamp-millis":
        return datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    if schema["type"] == "array":
        return [typed(schema["items"], item, named) for item in value]
    if schema["type"] == "record":
        return {f["name"]: typed(f["type"], value[f["name"]], named) for f in schema["fields"]}
    return value


def mail(amqp, registry, address, new_id):
    client = SchemaRegistryClient({"url": registry})
    connection = pika.BlockingConnection(pika.URLParameters(amqp))
    channel = connection.channel()
    channel.confirm_delivery()
    end = time.monotonic() + PATIENCE
    method = None
    while method is None and time.monotonic() < end:
        method, properties, body = channel.basic_get(MAIL_QUEUE, auto_ack=False)
        if method is None:
            connection.sleep(0.2)
    if method is None:
        raise SystemExit(f"{MAIL_QUEUE}: not within {PATIENCE} s")
    text = lambda value: value.decode() if isinstance(value, bytes) else value
    headers = {name: text(value) for name, value in properties.headers.items()}
    magic, schema_id = struct.unpack(">bI", body[:5])
    schema = fastavro.parse_schema(json.loads(client.get_schema(schema_id).schema_str))
    value = fastavro.schemaless_reader(io.BytesIO(body[5:]), schema)
    show({"headers": headers, "magic": magic, "value": value})
    value["to"] = address
    out = io.BytesIO()
    out.write(body[:5])
    fastavro.schemaless_writer(out, schema, value)
    headers = {name: text for name, text in headers.items() if name.startswith("ce_")}
    headers.update({"ce_id": new_id, "ce_source": "/python", "ce_type": SEND_EMAIL})
    # Raises where nobody takes it.
    channel.basic_publish(
        EXCHANGE,
        MAIL_QUEUE,
        out.getvalue(),
        pika.BasicProperties(headers=headers, delivery_mode=2),
        mandatory=True,
    )
    channel.basic_nack(method.delivery_tag, requeue=True)
    connection.close()


if __name__ == "__main__":
    {"orders": orders, "payment": payment, "write": write, "mail": mail}[sys.argv[1]](*sys.argv[2:])
