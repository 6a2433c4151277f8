"""What happened, and what to do about it; the manual's known messages keep their wording [8.1]."""

from typing import Final

_NOTHING: Final = "No Action Needed"
_CHECK_DRAFT: Final = "Check the draft invoice in Sellsy, confirm it and send it to your customer."

JOURNAL: Final[dict[str, tuple[str, str]]] = {
    "activated": (
        "The integration is active: Sellsy and Simon are kept in step from now on",
        _NOTHING,
    ),
    "archived-while-inactive": (
        "Work order {number} was archived while the integration was not active, and has not been sent to Sellsy",
        "To invoice it: simonsync push --work-order {number}. If there is to be no invoice: simonsync resolve {number} --never",
    ),
    "attachments-unavailable": (
        "Attachments are to be sent to Sellsy, but this Simon does not offer them",
        "If they are not needed: simonsync configure --set attachments=no. Else name where Simon keeps them in the profile file.",
    ),
    "backup-failed": (
        "The daily backup could not be written to {path}: {cause}",
        "Make room there, or correct the rights; the next run makes the backup. Under a timer: simonsync schedule install",
    ),
    "brake": (
        "The cleanup has deleted nothing: {count} {count:record/records} would go from Simon ({reason})",
        "Look at them: simonsync cleanup --dry-run. If they may go: simonsync cleanup --approve {plan}",
    ),
    "case-resolved": (
        "The open case of work order {number} was settled: {choice}",
        _NOTHING,
    ),
    "census-incomplete": (
        "The archived work orders in Simon could not all be compared with what was sent: their list does not come complete",
        "The comparison is made again tomorrow. If this stays: simonsync reconcile, and ask Simple-Simon why the list of work orders does not add up.",
    ),
    "connected": (
        "Connected to Simon and to Sellsy ({company})",
        _NOTHING,
    ),
    "contact-created": ("New Contact {name} Inserted to Simon", _NOTHING),
    "contact-deleted": ("Contact {name} Deleted from Simon: {reason}", _NOTHING),
    "contact-updated": ("Contact {name} Updated in Simon", _NOTHING),
    "creates-wait": (
        "No draft invoice is made yet for work order {number}: {reason}, and the integration first makes sure that Sellsy has none",
        "Please wait: it is made by the first run after {until:moment}, or found in Sellsy before.",
    ),
    "creates-wait-again": (
        "Work order {number} has already waited three times, to make sure that Sellsy has no draft invoice of it: {reason}",
        "Look in Sellsy. If there is none: simonsync resolve {number} --create. If there is one: simonsync resolve {number} --adopt DOCID. And find out what puts the state folder or this machine back: simonsync doctor",
    ),
    "currency-differs": (
        "Work order {number} cannot be sent: customer {name} is invoiced in {currency}, the Sellsy account is in {account_currency}",
        "Make this invoice in Sellsy yourself, then: simonsync resolve {number} --adopt DOCID. If there is to be no invoice: simonsync resolve {number} --never",
    ),
    "customer-archived": (
        "The draft invoice of work order {number} was made although customer {name} is archived in Sellsy",
        "Check the draft invoice in Sellsy; if the customer is to be used again, take it out of the archive there.",
    ),
    "customer-created": (
        "New Customer Inserted to Simon Successfully: {name}",
        _NOTHING,
    ),
    "customer-deleted": (
        "Customer {name} Deleted from Simon: {reason}",
        _NOTHING,
    ),
    "customer-kept-open-work-orders": (
        "{name} was not deleted from Simon: {numbers:work order//work orders} {numbers} still {numbers:uses//use} it",
        "Finish and archive these work orders, or select a customer and articles that come from Sellsy on them; the next cleanup tries again.",
    ),
    "customer-updated": (
        "Customer {name} Updated in Simon Successfully",
        _NOTHING,
    ),
    "deactivated": (
        "The integration is stopped: nothing is exchanged any more",
        "No Action Needed. To start it again: simonsync activate",
    ),
    "desk-action": (
        "{who} has done this at the desk: {command}",
        _NOTHING,
    ),
    "document-unavailable": (
        "Simon does not give the file {file} of work order {number}: {cause}",
        "The next runs try again, after a week once an hour. If this stays: open the work order in Simon and look for the file; if it is needed, add it to the customer's documents in Sellsy yourself. Then: simonsync resolve {number} --seen",
    ),
    "document-upload-failed": (
        "The file {file} of work order {number} could not be put among the customer's documents in Sellsy: {cause}",
        "The next runs try again, after a week once an hour. If this stays, add the file to the customer's documents in Sellsy yourself. Then: simonsync resolve {number} --seen",
    ),
    "document-uploaded": (
        "The file {file} of work order {number} was put among the customer's documents in Sellsy",
        _NOTHING,
    ),
    "draft-adopted": (
        "Document {document} in Sellsy was recognised as the invoice of work order {number}",
        _CHECK_DRAFT,
    ),
    "draft-created": (
        "Draft invoice of work order {number} made in Sellsy: document {document}, {total:money} before tax",
        _CHECK_DRAFT,
    ),
    "draft-created-again": (
        "Draft invoice of work order {number} made again in Sellsy: document {document}, {total:money} before tax",
        "If you deleted a draft invoice of work order {number}, delete this one too. Otherwise check it, confirm it and send it.",
    ),
    "draft-deleted-in-sellsy": (
        "The draft invoice of work order {number} (document {document}) is no longer in Sellsy",
        "If there is to be no invoice: simonsync resolve {number} --never. To have it made again: simonsync resolve {number} --create",
    ),
    "draft-lines-differ": (
        "Draft invoice {document} of work order {number} is not as it was sent: {difference}",
        "Compare it with simonsync preview {number} and correct it in Sellsy, then: simonsync resolve {number} --seen",
    ),
    "draft-refused": (
        "Sellsy refused the draft invoice of work order {number}: {cause}",
        "Correct what Sellsy names (simonsync explain {number} shows what is sent); the next run tries again.",
    ),
    "draft-replaces-deleted": (
        "Draft invoice {document} of work order {number} takes the place of document {former}, which was no longer in Sellsy",
        "Make sure that {former} is deleted in Sellsy, or delete one of the two, before you send it. Then: simonsync resolve {number} --seen",
    ),
    "draft-request-arrived": (
        "Sellsy has received the request to make the draft invoice of work order {number}, but shows no such draft",
        "Nothing is made again by itself. Look in Sellsy for it, also among deleted documents: simonsync resolve {number} --adopt DOCID if it is there, --create if there is none, --never if none is to be.",
    ),
    "draft-shown-again": (
        "The draft invoice of work order {number} (document {document}) is in Sellsy again",
        _NOTHING,
    ),
    "draft-total-differs": (
        "Draft invoice {document} of work order {number}: the total is {found:money} instead of {expected:money}",
        "Compare it with simonsync preview {number} and correct it in Sellsy before you send it.",
    ),
    "draft-total-rounded": (
        "Draft invoice of work order {number}: Sellsy rounds the total to {found:money} instead of {expected:money}",
        _NOTHING,
    ),
    "draft-without-lines": (
        "The draft invoice of work order {number} has no lines: nothing to invoice was registered",
        "Complete the draft invoice in Sellsy, or delete it there.",
    ),
    "einvoice-not-ready": (
        "The draft of work order {number} is not ready for an e-invoice: {count} {count:point/points} to mend ({rules})",
        "See which by simonsync preview {number}, and put them right in Sellsy before the invoice is sent.",
    ),
    "einvoice-would-be-refused": (
        "Work order {number} was not sent: its e-invoice would be refused. {cause}",
        "Put these points right in Sellsy; the draft follows by itself. To send all the same: simonsync configure --set einvoicing=inform",
    ),
    "foreign-marker": (
        "Document {document} in Sellsy may belong to work order {number}, but does not carry its marker",
        "Look at it in Sellsy. If it is the invoice of this work order: simonsync resolve {number} --adopt DOCID. If not: simonsync resolve {number} --create, or --never if there is to be no invoice.",
    ),
    "free-line-price-missing": (
        "Draft invoice of work order {number}: “{text}” is not an article of Sellsy, and has no price",
        "Put the price on this line of the draft invoice in Sellsy before you send it.",
    ),
    "gone-in-sellsy": (
        "“{name}” is no longer in Sellsy",
        "It is deleted in Simon by the next cleanup, if Sellsy still does not have it then. To have that now, in half an hour at the earliest: simonsync cleanup.",
    ),
    "item-created": (
        "New Item Inserted to Simon Successfully: {name}",
        _NOTHING,
    ),
    "item-deleted": (
        "Item {name} Deleted from Simon: {reason}",
        _NOTHING,
    ),
    "item-updated": (
        "Item {name} Updated in Simon Successfully",
        _NOTHING,
    ),
    "list-incomplete": (
        "Sellsy's list of invoices has not been complete for an hour: {cause} (documents: {documents})",
        "Check in Sellsy that the access may see all invoices. New work orders are invoiced meanwhile. For those whose outcome is unknown ({numbers}), look in Sellsy: simonsync resolve NUMBER --adopt DOCID if the invoice is there; if not, it is made once the list is complete, or make it yourself and adopt it.",
    ),
    "outcome-unknown": (
        "Sellsy did not say whether the draft invoice of work order {number} was made",
        "Please wait: the integration looks for it, and makes it after {until:moment} at the earliest. If this is still here an hour later, look in Sellsy: simonsync resolve {number} --adopt DOCID if it is there, --create if not.",
    ),
    "price-category-ignored": (
        "Draft invoice of work order {number}: customer {name} has a price category, in which Sellsy has no price for {products}; the reference price was used",
        "Check the prices of the draft invoice in Sellsy before you send it.",
    ),
    "price-rounded": (
        "On the draft of work order {number} the price before tax of {product} has six decimals, and the line's total is off by more than half a cent",
        "Compare the line with the price including tax, and correct it in Sellsy if need be.",
    ),
    "product-archived": (
        "The draft invoice of work order {number} contains product {product}, which is archived in Sellsy",
        "Check the draft invoice in Sellsy before you send it.",
    ),
    "quote-already-invoiced": (
        "Work order {number} comes from quote {quote}, which is already invoiced in Sellsy ({step:quote_statuses})",
        "If it is to be invoiced all the same: simonsync push --work-order {number}. If not: simonsync resolve {number} --never",
    ),
    "quote-changed-after-work-order": (
        "Quote {quote} was changed in Sellsy after work order {number} was made from it",
        "Make the same change on the work order in Simon yourself, if it is needed.",
    ),
    "quote-charges-not-billed": (
        "The quote of work order {number} asks {amount:money} for shipping or packaging, before tax; the draft does not bill it",
        "If it is due, add it to the draft in Sellsy. Then: simonsync resolve {number} --seen",
    ),
    "quote-customer-missing": (
        "No work order was made from quote {quote}: its customer, or an address of the customer, is not in Simon",
        "Make sure that in Sellsy the customer is a customer (not a prospect), is not archived and has an address; the work order follows by itself.",
    ),
    "quote-gone": (
        "Draft invoice of work order {number}: Sellsy no longer has its quote, so its lines have today's catalogue prices",
        "Check the prices of the draft invoice in Sellsy before you send it.",
    ),
    "quote-unreadable": (
        "No work order was made from quote {quote}: Sellsy lists it but does not show it",
        "Open the quote in Sellsy. The next run tries again.",
    ),
    "record-in-use": (
        "{name} could not be deleted from Simon: other records use it",
        "Take it off the records that use it in Simon; the next cleanup tries again.",
    ),
    "record-not-deleted": (
        "{name} could not be deleted from Simon: {cause}",
        "Delete it in Simon yourself, or ask Simple-Simon why; the next cleanup tries again.",
    ),
    "record-refused": (
        "Simon refused {name}: {cause}",
        "Correct it in Sellsy; the next run tries again.",
    ),
    "record-unconfirmed": (
        "Simon did not confirm that it has taken {name}: {cause}",
        "The next run tries again. If this stays open, ask Simple-Simon why.",
    ),
    "records-restored": (
        "{count} {count:record was/records were} brought back into Simon from {backup}",
        "No Action Needed. The next cleanup removes those again that are not in Sellsy.",
    ),
    "second-writer": (
        "Draft invoice {document} of work order {number} was made by another installation of simonsync",
        "Find the other installation and stop it (simonsync schedule remove): only one may run for an account. Then check in Sellsy that nothing was invoiced twice (simonsync reconcile), and close this: simonsync resolve {number} --seen",
    ),
    "sellsy-credentials-refused": (
        "Sellsy refused the credentials: {cause}",
        "Enter valid tokens: simonsync connect. They are in Sellsy under Settings, Developer portal.",
    ),
    "service-unavailable": (
        "{service} does not answer as it should: {cause}",
        "The next run goes on where this one stopped. If this stays: simonsync doctor",
    ),
    "setting-product-unknown": (
        "Product {product} of the setting {setting} does not exist in Sellsy{number:work_order}",
        "Choose another one: simonsync configure --set {setting}=service:REFERENCE. Or add this product in Sellsy.",
    ),
    "settings-changed": (
        "Settings changed: {settings}",
        "No Action Needed. They apply from now on, not to what was already sent.",
    ),
    "several-drafts-found": (
        "Sellsy has several invoices for work order {number}: documents {documents}",
        "Keep one and delete the others in Sellsy, then: simonsync resolve {number} --adopt DOCID",
    ),
    "simon-credentials-refused": (
        "Simon refused the credentials: {cause}",
        "Enter valid ones: simonsync connect",
    ),
    "simon-licence-lapsed": (
        "The Simon licence has lapsed",
        "Renew it with Simple-Simon; the next run goes on by itself.",
    ),
    "state-lost": (
        "What the integration remembers of this account is missing or out of date: {reason}",
        "Nothing is sent for now. Check, then start again: simonsync activate (it finds everything again in Sellsy and Simon, and erases nothing)",
    ),
    "sync-resumed": (
        "{service} answers again: the synchronisation goes on",
        _NOTHING,
    ),
    "tax-disabled": (
        "Work order {number} was not sent: the VAT of {rate:number} % on {product} is disabled in Sellsy",
        "Give the product another VAT rate in Sellsy, or enable this one again: a line of a quote keeps the rate that was signed. The draft follows by itself.",
    ),
    "time-differs": (
        "The draft of work order {number} bills {minutes:number} min of {person} on {day:day}; from start to end it is {span:number} min",
        "Compare the time sheet in Simon, and correct the draft in Sellsy where it is wrong.",
    ),
    "time-on-quote-too": (
        "The draft of work order {number} bills registered time with {product}, which is on its quote as well",
        "Take one of the two off the draft in Sellsy. To bill the quote's line alone: simonsync configure --set quoted_time=quote_only",
    ),
    "time-unfinished": (
        "A time sheet of {person} on {day:day} was started and never stopped: work order {number} bills nothing for it",
        "Complete it in Simon, and add the time to the draft in Sellsy.",
    ),
    "two-schedulers": (
        "The synchronisation is started twice on this machine: by systemd and by cron",
        "Remove one of the two: simonsync schedule remove --cron, or simonsync schedule remove --systemd",
    ),
    "used-item-created": (
        "New UsedItem Inserted to Simon Successfully: {name}, quote {number}",
        _NOTHING,
    ),
    "wiped": (
        "Simon's data was erased: {count} {count:record/records}",
        "No Action Needed. They are kept in {backup}",
    ),
    "work-address-created": (
        "New WorkAddress Inserted to Simon Successfully: {name}",
        _NOTHING,
    ),
    "work-address-deleted": (
        "WorkAddress {name} Deleted from Simon: {reason}",
        _NOTHING,
    ),
    "work-address-updated": (
        "WorkAddress {name} Updated in Simon Successfully",
        _NOTHING,
    ),
    "work-order-changed-after-draft": (
        "Work order {number} was changed in Simon after draft invoice {document} was made: {difference}",
        "Make the same change on the draft invoice in Sellsy yourself, if it is needed; the integration leaves it as it is. Then: simonsync resolve {number} --seen",
    ),
    "work-order-created": (
        "New WorkOrder Inserted to Simon Successfully: {number}, quote {quote}",
        _NOTHING,
    ),
    "work-order-customer-not-client": (
        "Work order {number} cannot be sent: customer {name} is still a prospect in Sellsy",
        "Convert the prospect into a customer in Sellsy; the next run sends the work order.",
    ),
    "work-order-customer-unknown": (
        "Work order {number} cannot be sent: customer {name} is not one of Sellsy",
        "Open the work order in Simon and select a customer that comes from Sellsy; a new customer is added in Sellsy first.",
    ),
    "work-order-deleted": (
        "Work order {number} was deleted in Simon before it was sent: it is not invoiced",
        "If it was deleted by mistake, make it again in Simon, or make the invoice in Sellsy yourself. Should it be found in Simon after all, it is sent by itself.",
    ),
    "work-order-doubtful": (
        "Work order {number} has the Id in Simon that work order {other} had, and is not younger: it is not sent by itself",
        "If it is another work order: simonsync push --work-order {number}. If there is to be no invoice: simonsync resolve {number} --never",
    ),
    "work-order-filtered": (
        "Work order {number} was not sent to Sellsy: it contains the filter word “{word}”",
        "No Action Needed. To invoice it after all, take the word out of its description.",
    ),
    "work-order-found": (
        "Work order {number} was found in Simon, although no list of changes had named it, or it seemed to be deleted",
        _NOTHING,
    ),
    "work-order-id-reused": (
        "Simon has given the Id of work order {other} to work order {number}: they are kept apart",
        "Ask Simple-Simon whether its database was put back: work orders made since then may be missing in Simon. What was sent for {other} stays as it is.",
    ),
    "work-order-item-unknown": (
        "Work order {number} cannot be sent: Sellsy does not know this article: {item}",
        "Replace it on the work order in Simon by an article that comes from Sellsy; a new article is added in Sellsy first.",
    ),
    "work-order-not-found": (
        "Work order {number} was not sent: Simon did not find it when it was asked for",
        "Please wait: the next runs ask again, for half an hour at least. If you deleted it in Simon, there is nothing to do.",
    ),
    "work-order-settled": (
        "Work order {number} is not invoiced: {reason}",
        _NOTHING,
    ),
    "work-order-unreadable": (
        "Work order {number} was not sent: it could not be read. {cause}",
        "Put that right in Simon or in Sellsy; the draft follows by itself.",
    ),
    "work-order-without-customer": (
        "Work order {number} cannot be sent: it has no customer",
        "Open the work order in Simon and select its customer (customer of the work address: {address_customer}); the next run sends it.",
    ),
}
