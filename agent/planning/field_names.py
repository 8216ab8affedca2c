"""What answers call the fields of a patient and the attributes of entries."""

from __future__ import annotations

FIELDS = {
    "": "date of birth", "birthDate": "date of birth",
    "maritalStatus": "marital status", "telecom": "phone", "birthSex": "sex",
    "generalPractitioner": "practitioner", "birthPlace": "address", "contact": "family",
    "deceased": "end", "deceasedDateTime": "end", "postalCode": "postal code", "socialSecurity": "social security",
    "driversLicense": "driver licence", "mrn": "identifier", "mothersMaidenName": "maiden name",
    "maidenName": "maiden name", "multipleBirth": "multiple birth",
}  # fmt: skip


ATTRIBUTES = {
    "asNeeded": "as needed",
    "bodySite": "body site", "lot": "lot number", "model": "model number", "serial": "serial number",
    "udi": "device identifier", "verification": "verification status", "expiry": "expiry date",
    "serviceType": "service",
}  # fmt: skip
