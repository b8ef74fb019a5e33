"""The edge: what runs beside the line, inspects every part and keeps its records until the server has them.

drivers › cameras, triggers, signals, outputs    ports to the plant floor and the drivers behind them
journal                                          what happened, durable before anything is done about it
station                                          one process per inspection point: trigger, grab, infer, decide, act
enrollment, uplink, deployment                   the line to the server, and what it wants of this gateway
health                                           what each process says about itself
supervisor                                       keeps the processes alive; serves nothing itself
"""
