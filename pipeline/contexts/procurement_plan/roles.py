"""What the roles of the governance section are called in the procurement plan."""

from collections.abc import Mapping

ROLES: Mapping[str, str] = {
    "sro": "Senior responsible owner",
    "commissioner": "Commissioning lead",
    "procurement": "Procurement lead",
    "legal": "Legal adviser",
    "finance": "Finance lead",
    "quality": "Quality and contracts lead",
    "engagement": "Engagement lead",
    "practice": "Practice lead",
    "workforce": "Workforce lead",
    "digital": "Digital and records lead",
    "health": "Health partner lead",
    "communications": "Communications lead",
}
