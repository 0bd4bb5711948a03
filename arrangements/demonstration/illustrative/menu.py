"""What the illustrative arrangements share, in which proportions, and how large their savings tend to be."""

from dataclasses import dataclass

ANY, UPPER_TIER, LOWER_TIER = "any", "upper", "lower"


@dataclass(frozen=True)
class Dish:
    """One service: its words in a name, who can share it, how often it is drawn, and the usual saving in pounds,
    and the most councils that share it.
    """

    service: str
    words: str
    tier: str
    weight: int
    usual_saving: int
    most: int = 11


MENU = [
    Dish("ict", "ICT service", ANY, 16, 900_000),
    Dish("legal", "legal service", ANY, 13, 450_000),
    Dish("internal-audit", "internal audit", ANY, 12, 250_000),
    Dish("counter-fraud", "counter fraud team", ANY, 5, 300_000),
    Dish("hr-and-payroll", "human resources and payroll", ANY, 13, 600_000),
    Dish("finance", "finance service", ANY, 10, 700_000),
    Dish("revenues-and-benefits", "revenues and benefits", LOWER_TIER, 17, 800_000),
    Dish("insurance", "insurance team", ANY, 2, 200_000),
    Dish("pensions-administration", "pensions administration", UPPER_TIER, 2, 400_000),
    Dish("communications-and-print", "communications and print", ANY, 5, 180_000),
    Dish("corporate-services", "corporate services", ANY, 5, 1_500_000),
    Dish("waste", "waste partnership", ANY, 24, 2_600_000),
    Dish("street-cleaning", "street cleaning", LOWER_TIER, 5, 800_000),
    Dish("parks-and-grounds", "grounds maintenance", LOWER_TIER, 7, 600_000),
    Dish("parking", "parking partnership", LOWER_TIER, 7, 700_000),
    Dish("highways", "highways alliance", UPPER_TIER, 8, 2_400_000),
    Dish("transport", "passenger transport", UPPER_TIER, 6, 1_400_000),
    Dish("coast-and-flood", "flood risk team", ANY, 3, 400_000),
    Dish("procurement", "procurement hub", ANY, 18, 2_000_000),
    Dish("property", "property partnership", ANY, 9, 1_800_000),
    Dish("facilities-management", "facilities management", ANY, 6, 900_000),
    Dish("fleet", "fleet and vehicle workshop", ANY, 6, 600_000),
    Dish("customer-services", "contact centre", ANY, 11, 700_000),
    Dish("online-services", "online services", ANY, 7, 500_000),
    Dish("shared-chief-executive", "shared chief executive", LOWER_TIER, 14, 250_000, most=2),
    Dish("shared-management", "shared management team", LOWER_TIER, 28, 900_000, most=3),
    Dish("joint-working", "joint working programme", ANY, 10, 1_200_000),
    Dish("adult-social-care", "adult social care commissioning", UPPER_TIER, 8, 2_200_000),
    Dish("childrens-services", "children's services", UPPER_TIER, 8, 1_800_000),
    Dish("fostering-and-adoption", "adoption agency", UPPER_TIER, 7, 500_000),
    Dish("education-services", "school support service", UPPER_TIER, 6, 700_000),
    Dish("public-health", "public health team", UPPER_TIER, 9, 900_000),
    Dish("regulatory-services", "regulatory services", ANY, 5, 500_000),
    Dish("trading-standards", "trading standards", UPPER_TIER, 7, 350_000),
    Dish("environmental-health", "environmental health", LOWER_TIER, 8, 200_000),
    Dish("licensing", "licensing team", LOWER_TIER, 5, 120_000),
    Dish("building-control", "building control", LOWER_TIER, 18, 200_000),
    Dish("planning", "planning support team", LOWER_TIER, 8, 250_000),
    Dish("libraries", "library consortium", UPPER_TIER, 7, 600_000),
    Dish("museums", "museums service", ANY, 4, 200_000),
    Dish("leisure", "leisure contract", LOWER_TIER, 5, 500_000),
    Dish("housing", "housing options service", LOWER_TIER, 6, 350_000),
    Dish("economic-development", "economic development team", ANY, 4, 150_000),
    Dish("emergency-planning", "emergency planning unit", ANY, 6, 100_000),
    Dish("community-safety", "community safety partnership", ANY, 4, 150_000),
]
# Whoever shares one of these has no other in hand.
MANAGEMENT = {"shared-chief-executive", "shared-management"}
BY_SERVICE = {dish.service: dish for dish in MENU}

# Forms of governance that suit any service, by how often they are met.
FORMS = {
    "lead_authority": 38, "joint_committee": 18, "shared_staff": 12, "service_agreement": 9, "joint_contract": 9,
    "jointly_owned_company": 5, "informal": 5, "other": 2, "not_known": 2,
}  # fmt: skip
FORM_OF_SERVICE = {
    "shared-chief-executive": "shared_staff",
    "shared-management": "shared_staff",
    "leisure": "joint_contract",
}
FORM_WORDS = {
    "lead_authority": "run by a lead authority",
    "joint_committee": "under a joint committee",
    "shared_staff": "with shared staff",
    "service_agreement": "under a service level agreement",
    "joint_contract": "under a joint contract",
    "jointly_owned_company": "through a company they own",
    "informal": "by informal collaboration",
    "other": "under an agreement of their own",
    "not_known": "in a form that is not recorded",
}
# A lead authority there is in every arrangement of the first kind, and in some of the second.
ALWAYS_LED = {"lead_authority", "service_agreement"}
SOMETIMES_LED = {"joint_committee", "joint_contract"}

# Partner bodies that take part in some services.
BODIES_OF_SERVICE = {
    "ict": ["fire", "police"],
    "legal": ["fire", "national_park"],
    "internal-audit": ["fire", "police", "national_park"],
    "hr-and-payroll": ["fire", "police"],
    "finance": ["fire", "national_park"],
    "procurement": ["police", "fire"],
    "property": ["police", "fire"],
    "facilities-management": ["police", "fire"],
    "fleet": ["fire", "police"],
    "insurance": ["fire"],
    "emergency-planning": ["police", "fire"],
    "community-safety": ["police", "fire"],
    "economic-development": ["national_park"],
    "planning": ["national_park"],
    "coast-and-flood": ["national_park"],
}
# Where a body's name doesn't say which councils it serves.
METROPOLITAN_AREAS = {
    "Greater Manchester": range(1, 11),
    "Merseyside": range(11, 16),
    "South Yorkshire": (16, 17, 18, 19, 38, 39),
    "Northumbria": (*range(20, 25), 37),
    "Tyne and Wear": (*range(20, 25), 37),
    "West Midlands": range(25, 32),
    "West Yorkshire": range(32, 37),
}
LONDON_BODIES = {"metropolitan-police-service", "london-fire-and-emergency-planning-authority"}
PARKS = {
    "Norfolk": "broads-authority",
    "Devon": "dartmoor-national-park-authority",
    "Somerset": "exmoor-national-park-authority",
    "Cumbria": "lake-district-national-park-authority",
    "Hampshire": "new-forest-national-park-authority",
    "North Yorkshire": "north-york-moors-national-park-authority",
    "Northumberland": "northumberland-national-park-authority",
    "Derbyshire": "peak-district-national-park-authority",
    "East Sussex": "south-downs-national-park-authority",
    "West Sussex": "south-downs-national-park-authority",
}
