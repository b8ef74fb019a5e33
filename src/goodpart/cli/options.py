"""Options that several commands have, said once."""

BACKBONE_HELP = "The network whose features are learned from; `goodpart backbones list` names them."
ENGINE_HELP = "What runs the network."
