"""Every table of the server, so that ``metadata`` is whole."""

import goodpart.server.alarms.tables
import goodpart.server.audit.tables
import goodpart.server.calendars.tables
import goodpart.server.datasets.tables
import goodpart.server.gateways.tables
import goodpart.server.ingest.tables
import goodpart.server.inspections.tables
import goodpart.server.kit.tables
import goodpart.server.kpis.tables
import goodpart.server.models.tables
import goodpart.server.places.tables
import goodpart.server.previews.tables
import goodpart.server.recipes.tables
import goodpart.server.recomputations.tables
import goodpart.server.reviews.tables
import goodpart.server.rollouts.tables
import goodpart.server.training.tables
import goodpart.server.users.tables  # noqa: F401 - each of these adds to the metadata
from goodpart.server.kit.database import Base

metadata = Base.metadata
