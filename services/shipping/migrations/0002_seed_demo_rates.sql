-- The demo shop's rates in its three currencies: parcels by weight, at prices such as postal carriers ask in 2026.
set local lock_timeout = '2s';
set local statement_timeout = '30s';

insert into rate (store, currency, zones)
values
  ('demo', 'GBP', '[
    {"zone": "home", "countries": ["GB"], "methods": [
      {"method": "standard", "titles": {"en": "Standard delivery", "de": "Standardversand"}, "estimatedDays": {"min": 2, "max": 4}, "bands": [{"upToGrams": 100, "amountMinor": 195}, {"upToGrams": 250, "amountMinor": 295}, {"upToGrams": 1000, "amountMinor": 395}, {"upToGrams": 2000, "amountMinor": 445}, {"upToGrams": 10000, "amountMinor": 695}, {"upToGrams": 20000, "amountMinor": 1095}]},
      {"method": "express", "titles": {"en": "Express delivery", "de": "Expressversand"}, "estimatedDays": {"min": 1, "max": 1}, "bands": [{"upToGrams": 100, "amountMinor": 395}, {"upToGrams": 250, "amountMinor": 495}, {"upToGrams": 1000, "amountMinor": 595}, {"upToGrams": 2000, "amountMinor": 695}, {"upToGrams": 10000, "amountMinor": 945}, {"upToGrams": 20000, "amountMinor": 1495}]}
    ]},
    {"zone": "islands", "countries": ["GG", "IM", "JE"], "methods": [
      {"method": "standard", "titles": {"en": "Standard delivery", "de": "Standardversand"}, "estimatedDays": {"min": 3, "max": 5}, "bands": [{"upToGrams": 100, "amountMinor": 245}, {"upToGrams": 250, "amountMinor": 345}, {"upToGrams": 1000, "amountMinor": 445}, {"upToGrams": 2000, "amountMinor": 545}, {"upToGrams": 10000, "amountMinor": 895}, {"upToGrams": 20000, "amountMinor": 1395}]},
      {"method": "express", "titles": {"en": "Express delivery", "de": "Expressversand"}, "estimatedDays": {"min": 2, "max": 3}, "bands": [{"upToGrams": 100, "amountMinor": 595}, {"upToGrams": 250, "amountMinor": 695}, {"upToGrams": 1000, "amountMinor": 795}, {"upToGrams": 2000, "amountMinor": 945}, {"upToGrams": 10000, "amountMinor": 1395}, {"upToGrams": 20000, "amountMinor": 2195}]}
    ]},
    {"zone": "europe", "countries": ["AD", "AL", "AT", "BA", "BE", "BG", "CH", "CY", "CZ", "DK", "EE", "ES", "FI", "FO", "FR", "GI", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "SM", "UA", "VA", "XK", "DE"], "methods": [
      {"method": "standard", "titles": {"en": "Standard delivery", "de": "Standardversand"}, "estimatedDays": {"min": 4, "max": 7}, "bands": [{"upToGrams": 100, "amountMinor": 495}, {"upToGrams": 250, "amountMinor": 695}, {"upToGrams": 1000, "amountMinor": 995}, {"upToGrams": 2000, "amountMinor": 1295}, {"upToGrams": 10000, "amountMinor": 2495}, {"upToGrams": 20000, "amountMinor": 3995}]},
      {"method": "express", "titles": {"en": "Express delivery", "de": "Expressversand"}, "estimatedDays": {"min": 2, "max": 3}, "bands": [{"upToGrams": 100, "amountMinor": 1495}, {"upToGrams": 250, "amountMinor": 1695}, {"upToGrams": 1000, "amountMinor": 1995}, {"upToGrams": 2000, "amountMinor": 2495}, {"upToGrams": 10000, "amountMinor": 4495}, {"upToGrams": 20000, "amountMinor": 6995}]}
    ]},
    {"zone": "world", "countries": ["*"], "methods": [
      {"method": "standard", "titles": {"en": "Standard delivery", "de": "Standardversand"}, "estimatedDays": {"min": 7, "max": 14}, "bands": [{"upToGrams": 100, "amountMinor": 695}, {"upToGrams": 250, "amountMinor": 995}, {"upToGrams": 1000, "amountMinor": 1595}, {"upToGrams": 2000, "amountMinor": 2295}, {"upToGrams": 10000, "amountMinor": 4995}, {"upToGrams": 20000, "amountMinor": 8995}]},
      {"method": "express", "titles": {"en": "Express delivery", "de": "Expressversand"}, "estimatedDays": {"min": 3, "max": 5}, "bands": [{"upToGrams": 100, "amountMinor": 2495}, {"upToGrams": 250, "amountMinor": 2795}, {"upToGrams": 1000, "amountMinor": 3495}, {"upToGrams": 2000, "amountMinor": 4495}, {"upToGrams": 10000, "amountMinor": 8995}, {"upToGrams": 20000, "amountMinor": 14995}]}
    ]}
  ]'),
  ('demo', 'EUR', '[
    {"zone": "home", "countries": ["DE"], "methods": [
      {"method": "standard", "titles": {"en": "Standard delivery", "de": "Standardversand"}, "estimatedDays": {"min": 1, "max": 3}, "bands": [{"upToGrams": 100, "amountMinor": 240}, {"upToGrams": 250, "amountMinor": 345}, {"upToGrams": 1000, "amountMinor": 479}, {"upToGrams": 2000, "amountMinor": 549}, {"upToGrams": 10000, "amountMinor": 899}, {"upToGrams": 20000, "amountMinor": 1499}]},
      {"method": "express", "titles": {"en": "Express delivery", "de": "Expressversand"}, "estimatedDays": {"min": 1, "max": 1}, "bands": [{"upToGrams": 100, "amountMinor": 895}, {"upToGrams": 250, "amountMinor": 995}, {"upToGrams": 1000, "amountMinor": 1095}, {"upToGrams": 2000, "amountMinor": 1295}, {"upToGrams": 10000, "amountMinor": 1795}, {"upToGrams": 20000, "amountMinor": 2595}]}
    ]},
    {"zone": "europe", "countries": ["AD", "AL", "AT", "BA", "BE", "BG", "CH", "CY", "CZ", "DK", "EE", "ES", "FI", "FO", "FR", "GI", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "SM", "UA", "VA", "XK", "GB", "GG", "IM", "JE"], "methods": [
      {"method": "standard", "titles": {"en": "Standard delivery", "de": "Standardversand"}, "estimatedDays": {"min": 3, "max": 6}, "bands": [{"upToGrams": 100, "amountMinor": 545}, {"upToGrams": 250, "amountMinor": 745}, {"upToGrams": 1000, "amountMinor": 1049}, {"upToGrams": 2000, "amountMinor": 1349}, {"upToGrams": 10000, "amountMinor": 2199}, {"upToGrams": 20000, "amountMinor": 3699}]},
      {"method": "express", "titles": {"en": "Express delivery", "de": "Expressversand"}, "estimatedDays": {"min": 1, "max": 3}, "bands": [{"upToGrams": 100, "amountMinor": 1595}, {"upToGrams": 250, "amountMinor": 1795}, {"upToGrams": 1000, "amountMinor": 2195}, {"upToGrams": 2000, "amountMinor": 2795}, {"upToGrams": 10000, "amountMinor": 4795}, {"upToGrams": 20000, "amountMinor": 7495}]}
    ]},
    {"zone": "world", "countries": ["*"], "methods": [
      {"method": "standard", "titles": {"en": "Standard delivery", "de": "Standardversand"}, "estimatedDays": {"min": 7, "max": 14}, "bands": [{"upToGrams": 100, "amountMinor": 745}, {"upToGrams": 250, "amountMinor": 1095}, {"upToGrams": 1000, "amountMinor": 1749}, {"upToGrams": 2000, "amountMinor": 2549}, {"upToGrams": 10000, "amountMinor": 5499}, {"upToGrams": 20000, "amountMinor": 9799}]},
      {"method": "express", "titles": {"en": "Express delivery", "de": "Expressversand"}, "estimatedDays": {"min": 3, "max": 5}, "bands": [{"upToGrams": 100, "amountMinor": 2795}, {"upToGrams": 250, "amountMinor": 3095}, {"upToGrams": 1000, "amountMinor": 3895}, {"upToGrams": 2000, "amountMinor": 4995}, {"upToGrams": 10000, "amountMinor": 9895}, {"upToGrams": 20000, "amountMinor": 16495}]}
    ]}
  ]'),
  ('demo', 'USD', '[
    {"zone": "home", "countries": ["US", "PR"], "methods": [
      {"method": "standard", "titles": {"en": "Standard delivery", "de": "Standardversand"}, "estimatedDays": {"min": 3, "max": 5}, "bands": [{"upToGrams": 100, "amountMinor": 450}, {"upToGrams": 250, "amountMinor": 595}, {"upToGrams": 1000, "amountMinor": 895}, {"upToGrams": 2000, "amountMinor": 1195}, {"upToGrams": 10000, "amountMinor": 2395}, {"upToGrams": 20000, "amountMinor": 3995}]},
      {"method": "express", "titles": {"en": "Express delivery", "de": "Expressversand"}, "estimatedDays": {"min": 1, "max": 2}, "bands": [{"upToGrams": 100, "amountMinor": 2195}, {"upToGrams": 250, "amountMinor": 2395}, {"upToGrams": 1000, "amountMinor": 3295}, {"upToGrams": 2000, "amountMinor": 4295}, {"upToGrams": 10000, "amountMinor": 7995}, {"upToGrams": 20000, "amountMinor": 12995}]}
    ]},
    {"zone": "north-america", "countries": ["CA", "MX"], "methods": [
      {"method": "standard", "titles": {"en": "Standard delivery", "de": "Standardversand"}, "estimatedDays": {"min": 6, "max": 10}, "bands": [{"upToGrams": 100, "amountMinor": 995}, {"upToGrams": 250, "amountMinor": 1395}, {"upToGrams": 1000, "amountMinor": 1995}, {"upToGrams": 2000, "amountMinor": 2695}, {"upToGrams": 10000, "amountMinor": 5495}, {"upToGrams": 20000, "amountMinor": 9495}]},
      {"method": "express", "titles": {"en": "Express delivery", "de": "Expressversand"}, "estimatedDays": {"min": 2, "max": 4}, "bands": [{"upToGrams": 100, "amountMinor": 3495}, {"upToGrams": 250, "amountMinor": 3895}, {"upToGrams": 1000, "amountMinor": 4895}, {"upToGrams": 2000, "amountMinor": 6295}, {"upToGrams": 10000, "amountMinor": 11995}, {"upToGrams": 20000, "amountMinor": 19495}]}
    ]},
    {"zone": "world", "countries": ["*"], "methods": [
      {"method": "standard", "titles": {"en": "Standard delivery", "de": "Standardversand"}, "estimatedDays": {"min": 8, "max": 16}, "bands": [{"upToGrams": 100, "amountMinor": 1295}, {"upToGrams": 250, "amountMinor": 1795}, {"upToGrams": 1000, "amountMinor": 2795}, {"upToGrams": 2000, "amountMinor": 3895}, {"upToGrams": 10000, "amountMinor": 8495}, {"upToGrams": 20000, "amountMinor": 14995}]},
      {"method": "express", "titles": {"en": "Express delivery", "de": "Expressversand"}, "estimatedDays": {"min": 3, "max": 6}, "bands": [{"upToGrams": 100, "amountMinor": 4495}, {"upToGrams": 250, "amountMinor": 4995}, {"upToGrams": 1000, "amountMinor": 6295}, {"upToGrams": 2000, "amountMinor": 7995}, {"upToGrams": 10000, "amountMinor": 15495}, {"upToGrams": 20000, "amountMinor": 25995}]}
    ]}
  ]');
