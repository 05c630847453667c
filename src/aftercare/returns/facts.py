"""The facts of a return: what conditions of a return policy may ask about besides the order and its customer.

>>> ground.one_of("defect", "wrong_item") & channel.is_("store")
returns.ground.one_of('defect', 'wrong_item') & returns.channel.is_('store')
"""

from __future__ import annotations

from typing import Final

from aftercare.policies.condition import Condition, Reading
from aftercare.policies.fact import Count, Words

ground: Final[Words[Condition]] = Words(Reading("returns.ground"))
"""Why the goods come back, such as ``defect``."""

grade: Final[Words[Condition]] = Words(Reading("returns.grade"))
"""The condition of the goods in the shop's own words, such as ``opened``; unknown until somebody has looked."""

channel: Final[Words[Condition]] = Words(Reading("returns.channel"))
"""How the goods come back, such as ``mail`` or ``store``."""

evidence: Final[Words[Condition]] = Words(Reading("returns.evidence"))
"""What the customer has handed in, such as a ``photo``."""

tender: Final[Words[Condition]] = Words(Reading("returns.tender"))
"""The means by which the order was paid, such as ``card``."""

quantity: Final[Count[Condition]] = Count(Reading("returns.quantity"))
"""How many units of the line are to come back."""

days_since_delivery: Final[Count[Condition]] = Count(Reading("returns.days_since_delivery"))
"""Calendar days in the shop's zone since the units were delivered; unknown before that."""
