"""The questions of the manual [5], the names of their choices, and a line of help for each setting."""

from typing import Final

QUESTIONS: Final[dict[str, str]] = {
    "travel_time_product": "On which article of your accounting software do you want to register Simon's travel time?",
    "work_time_product": "On which article of your accounting software do you want to register Simon's work time?",
    "default_product": "Add a default article automatically?",
    "description_as_first_line": "Do you want to send Simon's work description as the first line to your accounting software?",
    "skip_work_orders_containing": "Enter an optional filter word for the Simon work orders that you do NOT want to send to your accounting software.",
    "invoice_note": "What do you want to put in the memo/note field of your accounting software?",
    "invoice_reference": "What do you want as customer reference in your accounting software?",
    "quotes_to_work_orders": "Create a Simon work order from the quotes in your accounting software?",
    "quotes_containing": "Enter an optional filter word:",
    "quote_lines_as_used_items": "Take the lines of the quote as used items on the Simon work order?",
    "work_order_description": "What do you want as work description of the Simon work order?",
    "quote_terms": "Add the terms and conditions of the quote to the Simon work order?",
    "documents": "Which documents of Simon do you want in your accounting software?",
    "attachments": "Send all attachments added in Simon to your accounting system?",
    "time_rounding_minutes": "To which step do you want to round up the total of each kind of time?",
    "quote_statuses": "Quotes in which step become a work order?",
    "product_type": "Select the product type",
    "product_reference": "Article number in your accounting software",
}

CHOICES: Final[dict[str, dict[str, str]]] = {
    "product_type": {
        "service": "Services",
        "item": "Products",
    },
    "yes_no": {
        "yes": "Yes",
        "no": "No",
    },
    "invoice_note": {
        "work_address": "Simon work address",
        "work_address_and_description": "Simon work address AND Simon work description",
        "description": "Simon work description",
        "none": "Nothing",
    },
    "invoice_reference": {
        "work_order_number": "Simon work order number",
        "customer_reference": "Simon customer reference",
        "work_order_number_and_customer_reference": "Simon work order number AND Simon customer reference",
        "none": "Nothing",
    },
    "work_order_description": {
        "first_line": "Description of the quote's first line",
        "note": "Memo/note",
        "first_line_and_note": "First line of the quote and memo/note",
    },
    "documents": {
        "work_order": "Only the work order's PDF",
        "work_order_and_forms": "The work order's PDF AND custom forms (PDF)",
        "forms": "Only custom forms (PDF)",
        "none": "Nothing",
    },
    "time_rounding_minutes": {
        "0": "Exact, no rounding",
        "5": "5 minutes",
        "6": "6 minutes",
        "10": "10 minutes",
        "15": "15 minutes",
        "30": "30 minutes",
        "60": "60 minutes",
    },
    "time_rounded": {
        "0": "",
        "5": ", rounded up to 5 min",
        "6": ", rounded up to 6 min",
        "10": ", rounded up to 10 min",
        "15": ", rounded up to 15 min",
        "30": ", rounded up to 30 min",
        "60": ", rounded up to 60 min",
    },
    "quote_statuses": {
        "draft": "draft",
        "sent": "sent",
        "read": "read",
        "accepted": "accepted",
        "refused": "refused",
        "expired": "expired",
        "advanced": "deposit invoiced",
        "partialinvoiced": "partly invoiced",
        "invoiced": "invoiced",
        "cancelled": "cancelled",
    },
}

HELP: Final[dict[str, str]] = {
    "travel_time_product": "Product for the line of travel time (15 minutes make 0.25); empty: travel time is not sent.",
    "work_time_product": "Product for the line of work time (15 minutes make 0.25); empty: work time is not sent.",
    "default_product": "Product that is put on every draft invoice, quantity 1; empty: none.",
    "description_as_first_line": "Put the description of the work on the first line of the draft invoice.",
    "skip_work_orders_containing": "Work orders whose description contains this word are not sent; empty: all are sent.",
    "invoice_note": "What goes into the note of the draft invoice.",
    "invoice_reference": "What goes into the customer reference of the draft invoice.",
    "quotes_to_work_orders": "Make a work order in Simon from each quote of Sellsy.",
    "quotes_containing": "Only quotes that contain this word become work orders; empty: all do.",
    "quote_lines_as_used_items": "Put the products and services of the quote on the work order as used items.",
    "work_order_description": "What describes the work on a work order that was made from a quote.",
    "quote_terms": "Append the terms and conditions of the quote to the work order's description, where Sellsy gives them.",
    "documents": "PDFs that are put among the customer's documents in Sellsy.",
    "attachments": "Put the files that were added to the work order among the customer's documents in Sellsy too.",
    "time_rounding_minutes": "Round the sum of each kind of time up to this step, in minutes; 0: exact.",
    "quote_statuses": "Steps of a quote in Sellsy in which it becomes a work order.",
}
