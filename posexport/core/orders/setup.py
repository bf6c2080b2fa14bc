"""What the setup says of credit sales as orders, as a venue's rules on one business day.

Pure lookups: what a missing product or customer means is decided by the orders themselves.
"""

from __future__ import annotations

from posexport.core.codes import clean_code
from posexport.core.company import Company, Venue
from posexport.core.order_setup import OrderSetup as OrderSetup
from posexport.core.orders.order import OrderProducts
from posexport.core.orders.route import CreditRules


def credit_rules(company: Company, venue: Venue) -> CreditRules:
    """What a venue's setup says of sales on credit. `venue`: as it is valid on the business day (`Venue.on`)."""
    orders = company.orders
    return CreditRules(
        credit_types=venue.mapping.credit_types,
        transferred=venue.mapping.transferred_credit_types,
        invoices_from=orders.invoices_from if orders.is_on else None,
        invoices_until=orders.invoices_until if orders.is_on else None,
        mixed=orders.mixed,
        credit_before=orders.credit_before if orders.is_on else None,
        left_out=venue.mapping.left_out,
    )


def order_products(company: Company, venue: Venue) -> OrderProducts:
    """The products that the setup names. `venue`: as it is valid on the business day (`Venue.on`)."""
    orders = company.orders
    return OrderProducts(
        sales={
            (form, vat_code): product
            for code, known in venue.mapping.product_types.items()
            for form in (clean_code(code), code)
            for vat_code, product in known.products.items()
        },
        tips=orders.tips,
        gift_cards=orders.gift_cards,
        rounding=orders.rounding,
        difference=orders.rounding_product,
    )
