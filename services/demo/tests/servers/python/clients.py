"""Clients that know nothing of Herald: confluent-kafka with fastavro, and pika.

    clients.py orders BROKERS REGISTRY COUNT NEW_ORDER_ID
        Reads COUNT events OrderPlaced, and writes the first one again as another order.
    clients.py payment BROKERS REGISTRY ORDER_ID
        Reads what the payment service answered to an order.
    clients.py mail AMQP REGISTRY NEW_ADDRESS NEW_ID
        Reads a command SendEmail, leaves it where it is, and sends it again to another address.

Each prints what it read as JSON, a line each.
"""

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
    {"orders": orders, "payment": payment, "mail": mail}[sys.argv[1]](*sys.argv[2:])
