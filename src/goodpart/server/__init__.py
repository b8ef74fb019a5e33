"""The server: what people and gateways speak with, and where the plant's record is kept.

Modules in their order; each imports only from those after it:

    ingest › rollouts › reviews › kpis › inspections › training › recipes › models › datasets ›
    gateways › alarms › places › pki › users › audit › kit
"""
